import { Outlet } from "react-router";
import { useLiveConnection } from "../live/use-live.ts";
import { LinkNotice } from "./link-notice.tsx";

/** Pages that show pictures share one connection. */
export function WithPictures() {
  useLiveConnection();
  return (
    <>
      <Outlet />
      <LinkNotice />
    </>
  );
}
