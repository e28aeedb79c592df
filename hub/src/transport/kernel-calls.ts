import { createRequire } from "node:module";
import { endianness } from "node:os";
import type { Socket } from "node:net";
import type Koffi from "koffi";

/** What Linux knows of one TCP connection, read from `struct tcp_info` (include/uapi/linux/tcp.h). */
export interface TcpInfo {
  /** Bytes that the peer's kernel has acknowledged since the connection began. */
  readonly ackedBytes: number;
  /** Bytes in the send queue that are not on the wire yet. */
  readonly notSentBytes: number;
  /** The peer's receive window as its last acknowledgement gave it: room it had left, in bytes. */
  readonly windowBytes: number;
  /** ms since that acknowledgement. */
  readonly ackAgeMs: number;
  /** The shortest round trip of the last minutes, ms. The smoothed one would count delayed acknowledgements. */
  readonly minRttMs: number;
}

/** Calls that Node does not offer. All are on a file descriptor, never block and never throw. */
export interface KernelCalls {
  tcpInfo(fd: number): TcpInfo | undefined;
  /** Bytes in the send queue that the peer has not acknowledged (SIOCOUTQ). */
  queuedBytes(fd: number): number | undefined;
  /** TCP_NOTSENT_LOWAT: the kernel refuses bytes while so many wait unsent; what is in flight does not count. */
  limitNotSent(fd: number, bytes: number): boolean;
  /** SO_SNDBUF; Linux doubles it for its own bookkeeping and caps it at `net.core.wmem_max`. */
  setSendBuffer(fd: number, bytes: number): boolean;
}

// Numbers of the generic Linux ABI, the same on x86-64, arm64 and riscv64.
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const IPPROTO_TCP = 6;
const TCP_INFO = 11;
const TCP_NOTSENT_LOWAT = 25;
const SIOCOUTQ = 0x5411;

/** Offsets in `struct tcp_info`. `tcpi_snd_wnd` came with Linux 5.4 and ends at byte 232. */
const AT = { lastAckRecv: 56, bytesAcked: 120, notSent: 144, minRtt: 148, sndWnd: 228 };
const INFO_BYTES = 232;

let loaded: { readonly calls: KernelCalls | undefined; readonly why: string } | undefined;

/** The calls, or why this machine does not have them. Loads libc on first use. */
export function kernelCalls(): { readonly calls: KernelCalls | undefined; readonly why: string } {
  return (loaded ??= load());
}

/** The descriptor of an open plain TCP socket; undefined once it is closed, and for TLS and pipes. */
export function descriptorOf(socket: Socket): number | undefined {
  // `_handle.fd` is not documented, but stable since Node 0.10, and nothing documented gives it.
  const { _handle: handle } = socket as unknown as { readonly _handle?: { readonly fd?: unknown } | null };
  return typeof handle?.fd === "number" && handle.fd >= 0 ? handle.fd : undefined;
}

function load(): { readonly calls: KernelCalls | undefined; readonly why: string } {
  if (process.platform !== "linux" || endianness() !== "LE")
    return { calls: undefined, why: `${process.platform} has no TCP_INFO as Linux has` };
  try {
    // A machine for which koffi has no binary must still run: so no static import.
    const koffi = createRequire(import.meta.url)("koffi") as typeof Koffi;
    return { calls: bind(koffi), why: "" };
  } catch (error) {
    return { calls: undefined, why: `koffi does not load: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function bind(koffi: typeof Koffi): KernelCalls {
  const libc = koffi.load(null);
  const getsockopt = libc.func("int getsockopt(int fd, int level, int name, void *value, void *length)");
  const setsockopt = libc.func("int setsockopt(int fd, int level, int name, void *value, uint32_t length)");
  const ioctl = libc.func("int ioctl(int fd, unsigned long request, void *value)");
  const info = Buffer.alloc(INFO_BYTES);
  const length = new Uint32Array(1);
  const int = new Int32Array(1);

  const set = (fd: number, level: number, name: number, value: number) => {
    int[0] = Math.min(value, 0x7fff_ffff);
    return (setsockopt(fd, level, name, int, int.byteLength) as number) === 0;
  };
  return {
    tcpInfo(fd) {
      length[0] = INFO_BYTES;
      if ((getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, length) as number) !== 0) return undefined;
      if ((length[0] ?? 0) < INFO_BYTES) return undefined;
      return {
        ackedBytes: info.readUInt32LE(AT.bytesAcked) + info.readUInt32LE(AT.bytesAcked + 4) * 2 ** 32,
        notSentBytes: info.readUInt32LE(AT.notSent),
        windowBytes: info.readUInt32LE(AT.sndWnd),
        ackAgeMs: info.readUInt32LE(AT.lastAckRecv),
        minRttMs: info.readUInt32LE(AT.minRtt) / 1000,
      };
    },
    queuedBytes: (fd) => ((ioctl(fd, SIOCOUTQ, int) as number) === 0 ? (int[0] ?? 0) : undefined),
    limitNotSent: (fd, bytes) => set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, bytes),
    setSendBuffer: (fd, bytes) => set(fd, SOL_SOCKET, SO_SNDBUF, bytes),
  };
}
