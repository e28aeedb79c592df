import { createRequire } from "node:module";
import { endianness } from "node:os";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type Koffi from "koffi";

/** What Linux knows of one TCP connection, read from `struct tcp_info` (include/uapi/linux/tcp.h). */
export interface TcpInfo {
  /** Bytes that the peer's kernel has acknowledged since the connection began. */
  readonly ackedBytes: number;
  /** Bytes that it has beyond those, as something before them is missing (SACK), in whole segments. */
  readonly sackedBytes: number;
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
  /** TCP_RTO_MAX_MS (Linux 6.15): lost bytes are sent again after this at most, from 1000 ms; false before. */
  limitRetransmissionTimeout(fd: number, ms: number): boolean;
  /** SO_MAX_PACING_RATE: segments leave evenly, at this many bytes per second at most. */
  limitPacing(fd: number, bytesPerSecond: number): boolean;
  /** send(2): how many bytes the kernel took, or -1 for any error. The socket must have nothing queued in Node. */
  send(fd: number, bytes: Buffer): number;
  /** SO_SNDBUF; Linux doubles it for its own bookkeeping and caps it at `net.core.wmem_max`. */
  setSendBuffer(fd: number, bytes: number): boolean;
}

// Numbers of the generic Linux ABI, the same on x86-64, arm64 and riscv64.
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_MAX_PACING_RATE = 47;
const IPPROTO_TCP = 6;
const TCP_INFO = 11;
const TCP_NOTSENT_LOWAT = 25;
const TCP_RTO_MAX_MS = 44;
const SIOCOUTQ = 0x5411;
// A peer that is gone must be an error, not a signal that ends the process.
const MSG_DONTWAIT_NOSIGNAL = 0x4040;

/** Offsets in `struct tcp_info`. `tcpi_snd_wnd` came with Linux 5.4 and ends at byte 232. */
const AT = { sndMss: 16, sacked: 28, lastAckRecv: 56, bytesAcked: 120, notSent: 144, minRtt: 148, sndWnd: 228 };
const INFO_BYTES = 232;

let loaded: { readonly calls: KernelCalls | undefined; readonly why: string } | undefined;

/** The calls, or why this machine does not have them. Loads libc on first use. */
export function kernelCalls(): { readonly calls: KernelCalls | undefined; readonly why: string } {
  return (loaded ??= load());
}

/** Node's own end of a socket. Not documented, but stable since Node 0.10, and nothing documented gives the `fd`. */
export interface SocketHandle {
  readonly fd: number;
}

/** The handle of an open plain TCP socket; undefined for TLS, whose bytes are not ours, and once it is closed. */
export function handleOf(socket: Socket): SocketHandle | undefined {
  const { _handle: handle } = socket as unknown as { readonly _handle?: SocketHandle | null };
  return handle && handle.fd >= 0 && !(socket instanceof TLSSocket) ? handle : undefined;
}

/** True while the socket still has this handle: Node takes it away in the same step in which it closes the `fd`. */
export function hasHandle(socket: Socket, handle: SocketHandle): boolean {
  return (socket as unknown as { readonly _handle?: SocketHandle | null })._handle === handle;
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
  const send = libc.func("long send(int fd, void *bytes, size_t length, int flags)");
  const ioctl = libc.func("int ioctl(int fd, unsigned long request, void *value)");
  const info = new Uint32Array(INFO_BYTES / 4);
  const word = (offset: number) => info[offset / 4] ?? 0;
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
        ackedBytes: word(AT.bytesAcked) + word(AT.bytesAcked + 4) * 2 ** 32,
        sackedBytes: word(AT.sacked) * word(AT.sndMss),
        notSentBytes: word(AT.notSent),
        windowBytes: word(AT.sndWnd),
        ackAgeMs: word(AT.lastAckRecv),
        // All ones until a round trip has been seen.
        minRttMs: word(AT.minRtt) === 0xffff_ffff ? 0 : word(AT.minRtt) / 1000,
      };
    },
    send: (fd, bytes) => send(fd, bytes, bytes.length, MSG_DONTWAIT_NOSIGNAL) as number,
    queuedBytes: (fd) => ((ioctl(fd, SIOCOUTQ, int) as number) === 0 ? (int[0] ?? 0) : undefined),
    limitRetransmissionTimeout: (fd, ms) => set(fd, IPPROTO_TCP, TCP_RTO_MAX_MS, ms),
    limitPacing: (fd, bytesPerSecond) => set(fd, SOL_SOCKET, SO_MAX_PACING_RATE, bytesPerSecond),
    limitNotSent: (fd, bytes) => set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, bytes),
    setSendBuffer: (fd, bytes) => set(fd, SOL_SOCKET, SO_SNDBUF, bytes),
  };
}
