// Emulates links between two network namespaces: rate, round trip, jitter, loss, a bounded queue, rates that change.
//
// usage: emulator HUB_NAMESPACE VIEWER_NAMESPACE < LINKS
//
// LINKS is one line per link and an empty one at the end: NAME RATE ROUND_TRIP_MS JITTER_MS LOSS_PERCENT QUEUE_BYTES.
// RATE is in Mbit/s, -1 for unlimited, or SECOND:RATE,SECOND:RATE,… counted from "ready"; 0 is a link that is off.
// Link i is the TUN device t<i> in both namespaces; what the kernel sends into one end comes out of the other. Rate,
// jitter, loss and queue are those of the way to the viewer; the way back has the delay only, and is off when that is.
// Prints "ready" when the devices are there. Ends with its standard input and then prints a line of JSON per link.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { MAX_LINKS = 128, MAX_STEPS = 64, PACKET_BYTES = 1600, PACKETS_A_TURN = 64, ETHERNET_BYTES = 14 };
#define UP_QUEUE_BYTES (1 << 20)
#define NEVER ((nanoseconds)1 << 62)

typedef long long nanoseconds;

struct packet {
  struct packet *next;
  nanoseconds at; // when it came, then when it is due at the other end
  int length;
  unsigned char bytes[PACKET_BYTES];
};

struct queue {
  struct packet *first, *last;
};

// One way of a link: packets wait for the bottleneck, then travel.
struct way {
  int from, to; // TUN devices
  int steps;
  double second[MAX_STEPS], mbit[MAX_STEPS];
  double delay_ms, jitter_ms, loss_percent;
  long queue_limit, queued, longest_queue;
  struct queue waiting, travelling;
  nanoseconds free_at, last_due; // of the bottleneck; of the last packet, as none overtakes another
  long long bytes, dropped, lost;
};

struct link {
  char name[64];
  struct way down, up;
};

static struct link links[MAX_LINKS];
static int link_count;
static nanoseconds started_at;

static nanoseconds now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void append(struct queue *queue, struct packet *packet) {
  packet->next = NULL;
  if (queue->last) queue->last->next = packet;
  else queue->first = packet;
  queue->last = packet;
}

static struct packet *take_first(struct queue *queue) {
  struct packet *packet = queue->first;
  queue->first = packet->next;
  if (!queue->first) queue->last = NULL;
  return packet;
}

// The rate at this time in bits per nanosecond, below 0 for none; `until`: when it changes.
static double rate_at(const struct way *way, nanoseconds time, nanoseconds *until) {
  double second = (time - started_at) / 1e9;
  int step = way->steps - 1;
  while (step > 0 && way->second[step] > second) step--;
  *until = step + 1 < way->steps ? started_at + (nanoseconds)(way->second[step + 1] * 1e9) : NEVER;
  return way->mbit[step] / 1000;
}

// When the bottleneck has sent this packet; it begins when it is free, and waits while the link is off.
static nanoseconds sent_at(const struct way *way, const struct packet *packet) {
  nanoseconds begin = packet->at > way->free_at ? packet->at : way->free_at;
  for (;;) {
    nanoseconds until;
    double rate = rate_at(way, begin, &until);
    if (rate < 0) return begin;
    if (rate > 0) return begin + (nanoseconds)((packet->length + ETHERNET_BYTES) * 8 / rate);
    if (until == NEVER) return NEVER;
    begin = until;
  }
}

static void send_off(struct way *way, struct packet *packet, nanoseconds time) {
  way->free_at = time;
  way->queued -= packet->length;
  way->bytes += packet->length;
  if (drand48() * 100 < way->loss_percent) {
    way->lost++;
    free(packet);
    return;
  }
  double jitter_ms = (drand48() + drand48() - 1) * way->jitter_ms;
  packet->at = time + (nanoseconds)((way->delay_ms + jitter_ms) * 1e6);
  if (packet->at < way->last_due) packet->at = way->last_due;
  way->last_due = packet->at;
  append(&way->travelling, packet);
}

// Moves all packets on that are due. Returns when the next one is.
static nanoseconds advance(struct way *way, nanoseconds time) {
  nanoseconds next = NEVER;
  while (way->waiting.first) {
    nanoseconds at = sent_at(way, way->waiting.first);
    if (at > time) {
      next = at;
      break;
    }
    send_off(way, take_first(&way->waiting), at);
  }
  while (way->travelling.first && way->travelling.first->at <= time) {
    struct packet *packet = take_first(&way->travelling);
    // A device whose queue is full drops it, as any would, and so does one that is not up yet.
    if (write(way->to, packet->bytes, packet->length) < 0 && errno != EAGAIN && errno != EIO) fail("writing a packet");
    free(packet);
  }
  if (way->travelling.first && way->travelling.first->at < next) next = way->travelling.first->at;
  return next;
}

static void receive(struct way *way, nanoseconds time) {
  for (int turn = 0; turn < PACKETS_A_TURN; turn++) {
    struct packet *packet = malloc(sizeof *packet);
    if (!packet) fail("malloc");
    packet->length = read(way->from, packet->bytes, PACKET_BYTES);
    if (packet->length <= 0 || way->queued + packet->length > way->queue_limit) {
      bool empty = packet->length <= 0;
      free(packet);
      if (empty) return;
      way->dropped++;
      continue;
    }
    packet->at = time;
    way->queued += packet->length;
    if (way->queued > way->longest_queue) way->longest_queue = way->queued;
    append(&way->waiting, packet);
  }
}

static int open_device(const char *namespace, const char *name) {
  char path[256];
  snprintf(path, sizeof path, "/var/run/netns/%s", namespace);
  int space = open(path, O_RDONLY | O_CLOEXEC);
  if (space < 0 || setns(space, CLONE_NEWNET)) fail(path);
  close(space);
  int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (device < 0) fail("/dev/net/tun");
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (ioctl(device, TUNSETIFF, &request)) fail("TUNSETIFF");
  return device;
}

static void parse_rate(struct way *way, char *text) {
  for (char *step = strtok(text, ","); step && way->steps < MAX_STEPS; step = strtok(NULL, ",")) {
    char *colon = strchr(step, ':');
    way->second[way->steps] = colon ? atof(step) : 0;
    way->mbit[way->steps++] = atof(colon ? colon + 1 : step);
  }
}

static void read_links(const char *hub, const char *viewer) {
  char line[512], rate[384], device[16];
  while (link_count < MAX_LINKS && fgets(line, sizeof line, stdin) && line[0] != '\n') {
    struct link *link = &links[link_count];
    struct way *down = &link->down, *up = &link->up;
    double round_trip_ms;
    int read = sscanf(line, "%63s %383s %lf %lf %lf %ld", link->name, rate, &round_trip_ms, &down->jitter_ms,
                      &down->loss_percent, &down->queue_limit);
    if (read != 6) {
      fprintf(stderr, "not understood: %s", line);
      exit(1);
    }
    parse_rate(down, rate);
    down->delay_ms = up->delay_ms = round_trip_ms / 2;
    up->queue_limit = UP_QUEUE_BYTES;
    up->steps = down->steps;
    for (int step = 0; step < up->steps; step++) {
      up->second[step] = down->second[step];
      up->mbit[step] = down->mbit[step] == 0 ? 0 : -1;
    }
    snprintf(device, sizeof device, "t%d", link_count);
    down->from = up->to = open_device(hub, device);
    up->from = down->to = open_device(viewer, device);
    link_count++;
  }
}

static void watch(int poll, int descriptor, unsigned what) {
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = what};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event)) fail("epoll_ctl");
}

static void report(void) {
  for (int i = 0; i < link_count; i++) {
    struct way *down = &links[i].down;
    printf("{\"name\":\"%s\",\"bytes\":%lld,\"dropped\":%lld,\"lost\":%lld,\"longestQueue\":%ld}\n", links[i].name,
           down->bytes, down->dropped, down->lost, down->longest_queue);
  }
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: emulator HUB_NAMESPACE VIEWER_NAMESPACE < LINKS\n");
    return 1;
  }
  srand48(7);
  read_links(arguments[1], arguments[2]);
  int poll = epoll_create1(EPOLL_CLOEXEC);
  const unsigned INPUT = 2 * MAX_LINKS;
  for (int i = 0; i < link_count; i++) {
    watch(poll, links[i].down.from, 2 * i);
    watch(poll, links[i].up.from, 2 * i + 1);
  }
  watch(poll, STDIN_FILENO, INPUT);
  started_at = now();
  puts("ready");
  fflush(stdout);

  nanoseconds wake = NEVER;
  for (;;) {
    struct epoll_event events[64];
    nanoseconds pause = wake - now();
    if (pause < 0) pause = 0;
    if (pause > 1000000000) pause = 1000000000;
    struct timespec timeout = {.tv_sec = pause / 1000000000, .tv_nsec = pause % 1000000000};
    int ready = epoll_pwait2(poll, events, 64, &timeout, NULL);
    nanoseconds time = now();
    for (int i = 0; i < ready; i++) {
      unsigned what = events[i].data.u32;
      char ignored[64];
      if (what == INPUT) {
        if (read(STDIN_FILENO, ignored, sizeof ignored) > 0) continue;
        report();
        return 0;
      }
      struct link *link = &links[what / 2];
      receive(what % 2 ? &link->up : &link->down, time);
    }
    wake = NEVER;
    for (int i = 0; i < link_count; i++) {
      nanoseconds down = advance(&links[i].down, time), up = advance(&links[i].up, time);
      if (down < wake) wake = down;
      if (up < wake) wake = up;
    }
  }
}
