// Runs in a page of the hub; the test calls what it leaves on globalThis.
import { connect, gridToAnsiLines } from "@lightwell/sdk";

globalThis.publish = async (token) => {
  const hub = connect(location.origin, { token });
  const heard = [];
  const text = hub.channel("page", { cols: 40, rows: 5 });
  text.on("viewerConnected", ({ output }) => heard.push(output));
  text.on("command", ({ action }) => heard.push(action));
  text.showLines(["\x1b[32mfrom a page"], { border: true });
  const canvas = new OffscreenCanvas(120, 80);
  canvas.getContext("2d").fillRect(0, 0, 10, 10);
  const pictures = hub.channel("canvas");
  pictures.showImage(await canvas.convertToBlob({ type: "image/jpeg" }));
  await Promise.all([text.flush(), pictures.flush()]);
  return { heard, close: () => hub.close() };
};

globalThis.watch = () => {
  const hub = connect(location.origin);
  const seen = [];
  const text = hub.watch("news", { cols: 50, rows: 8 });
  const pictures = hub.watchPictures("news", { width: 320 });
  for (const watched of [text, pictures]) {
    watched.on("refused", () => undefined);
    watched.on("disconnected", () => undefined);
  }
  const readText = async () => {
    for await (const { grid } of text) seen.push(`${grid.cols} ${gridToAnsiLines(grid, "mono").join("").trim()}`);
  };
  const readPictures = async () => {
    for await (const { bytes, format } of pictures) {
      const bitmap = await createImageBitmap(new Blob([bytes], { type: `image/${format}` }));
      seen.push(`a picture of ${bitmap.width} pixels`);
    }
  };
  const reading = Promise.all([readText(), readPictures()]);
  return {
    seen,
    close: async () => {
      hub.close();
      await reading;
    },
  };
};
