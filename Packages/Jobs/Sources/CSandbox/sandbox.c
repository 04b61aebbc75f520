// A program behind walls. Between fork and exec there are system calls only: other threads may hold any lock.

#define _GNU_SOURCE
#include "csandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool limit(int resource, uint64_t most) {
  struct rlimit limits = {most, most};
  return setrlimit(resource, &limits) == 0;
}

static uint32_t set_limits(const csandbox_program *program) {
  bool stand = limit(RLIMIT_AS, program->memory);
  stand &= limit(RLIMIT_FSIZE, program->files);
  stand &= limit(RLIMIT_CPU, program->seconds);
  stand &= limit(RLIMIT_NOFILE, 64);
  stand &= limit(RLIMIT_CORE, 0);
  return stand ? CSANDBOX_LIMITS : 0;
}

#if defined(__linux__)

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static bool write_file(const char *path, const char *text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) {
    return false;
  }
  const ssize_t length = (ssize_t)strlen(text);
  const bool wrote = write(file, text, (size_t)length) == length;
  close(file);
  return wrote;
}

/// "42 42 1", with which an identifier means itself in a new user namespace.
static void own_map(char *text, unsigned identifier) {
  char digits[12];
  int count = 0;
  do {
    digits[count++] = (char)('0' + identifier % 10);
    identifier /= 10;
  } while (identifier != 0);
  for (int turn = 0; turn < 2; turn++) {
    for (int index = count - 1; index >= 0; index--) {
      *text++ = digits[index];
    }
    *text++ = ' ';
  }
  *text++ = '1';
  *text = 0;
}

#if defined(SYS_mount_setattr)

/// As the kernel's header has it, which cannot be included beside the C library's.
struct attributes {
  uint64_t set, clear, propagation, namespace;
};
enum { READ_ONLY = 1, NO_DEVICES = 4, WHOLE_TREE = 0x8000 };

static bool set_attributes(const char *path, struct attributes attributes, unsigned flags) {
  return syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &attributes, sizeof attributes) == 0;
}

/// Leaves a program its scratch folder, and of devices those that any program may use.
static bool wall_off_files(const csandbox_program *program, const char *options) {
  static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/urandom"};
  enum { COUNT = sizeof devices / sizeof devices[0] };
  if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
    return false;
  }
  for (int index = 0; index < COUNT; index++) {
    mount(devices[index], devices[index], NULL, MS_BIND, NULL);
  }
  if (!set_attributes("/", (struct attributes){.set = READ_ONLY | NO_DEVICES}, WHOLE_TREE)) {
    return false;
  }
  for (int index = 0; index < COUNT; index++) {
    set_attributes(devices[index], (struct attributes){.clear = NO_DEVICES}, 0);
  }
  return mount("none", program->scratch, "tmpfs", MS_NOSUID | MS_NODEV, options) == 0;
}

#else

static bool wall_off_files(const csandbox_program *program, const char *options) {
  (void)program, (void)options;
  return false;
}

#endif

/// Enters namespaces of the program's own; each that cannot be had is left out.
static uint32_t enter_namespaces(const csandbox_program *program, const char *options) {
  char users[32], groups[32];
  own_map(users, getuid());
  own_map(groups, getgid());
  if (unshare(CLONE_NEWUSER) != 0) {
    return 0;
  }
  write_file("/proc/self/setgroups", "deny");
  if (!write_file("/proc/self/uid_map", users) || !write_file("/proc/self/gid_map", groups)) {
    return 0;
  }
  uint32_t walls = 0;
  if (unshare(CLONE_NEWNET) == 0) {
    walls |= CSANDBOX_NETWORK;
  }
  unshare(CLONE_NEWIPC);
  if (unshare(CLONE_NEWNS) == 0 && wall_off_files(program, options)) {
    walls |= CSANDBOX_FILES;
  }
  // The next process of this one is the first of the namespace, and all of it ends with that one.
  if (unshare(CLONE_NEWPID) == 0) {
    walls |= CSANDBOX_PROCESSES;
  }
  return walls;
}

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#if defined(ARCHITECTURE)

#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define REFUSE_CALL(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), REFUSE

static uint32_t filter_calls(void) {
  static struct sock_filter filter[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#if defined(__x86_64__)
    // Numbers of the interface with 32-bit addresses mean other calls.
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
    REFUSE,
#endif
    REFUSE_CALL(ptrace),
    REFUSE_CALL(process_vm_readv),
    REFUSE_CALL(process_vm_writev),
    REFUSE_CALL(mount),
    REFUSE_CALL(umount2),
    REFUSE_CALL(pivot_root),
    REFUSE_CALL(chroot),
    REFUSE_CALL(setns),
    REFUSE_CALL(unshare),
    REFUSE_CALL(bpf),
    REFUSE_CALL(perf_event_open),
    REFUSE_CALL(userfaultfd),
    REFUSE_CALL(keyctl),
    REFUSE_CALL(add_key),
    REFUSE_CALL(request_key),
    REFUSE_CALL(open_by_handle_at),
    REFUSE_CALL(init_module),
    REFUSE_CALL(finit_module),
    REFUSE_CALL(delete_module),
    REFUSE_CALL(kexec_load),
    REFUSE_CALL(reboot),
    REFUSE_CALL(swapon),
    REFUSE_CALL(swapoff),
    REFUSE_CALL(acct),
    REFUSE_CALL(quotactl),
    REFUSE_CALL(settimeofday),
    REFUSE_CALL(clock_settime),
#if defined(SYS_io_uring_setup)
    REFUSE_CALL(io_uring_setup),
#endif
#if defined(SYS_mount_setattr)
    REFUSE_CALL(mount_setattr),
#endif
#if defined(SYS_move_mount)
    REFUSE_CALL(move_mount),
    REFUSE_CALL(open_tree),
    REFUSE_CALL(fsmount),
#endif
    // Also those that are files, behind which a system's services listen; pairs stay.
    REFUSE_CALL(socket),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0 ? CSANDBOX_CALLS : 0;
}

#else

static uint32_t filter_calls(void) { return 0; }

#endif

static uint32_t raise_walls(const csandbox_program *program, const char *options) {
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return enter_namespaces(program, options);
}

#else

static uint32_t raise_walls(const csandbox_program *program, const char *options) {
  (void)program, (void)options;
  return 0;
}

static uint32_t filter_calls(void) { return 0; }

#endif

/// Closes all descriptors from `first` on.
static void close_from(unsigned first) {
#if defined(SYS_close_range)
  if (syscall(SYS_close_range, first, ~0U, 0) == 0) {
    return;
  }
#endif
  const long most = sysconf(_SC_OPEN_MAX);
  for (long descriptor = first; descriptor < most; descriptor++) {
    close((int)descriptor);
  }
}

/// The descriptor by another number that is at least `least`, for the places below are about to be taken.
static int moved(int descriptor, int least) { return fcntl(descriptor, F_DUPFD, least); }

/// Takes the places 0 to 3, puts the report at 4, and closes all else.
static bool take_descriptors(int input, int output, int report) {
  const int nowhere = open("/dev/null", O_WRONLY);
  const int places[] = {moved(input, 10), moved(nowhere, 10), moved(output, 10), moved(report, 10)};
  if (places[0] < 0 || places[1] < 0 || places[2] < 0 || places[3] < 0) {
    return false;
  }
  dup2(places[0], 0);
  dup2(places[1], 1);
  dup2(places[1], 2);
  dup2(places[2], 3);
  dup2(places[3], 4);
  fcntl(4, F_SETFD, FD_CLOEXEC);
  close_from(5);
  return true;
}

/// What a child reports before it becomes the program: its walls, or why there is none.
typedef struct {
  uint32_t walls;
  int error;
} child_report;

static _Noreturn void give_up(child_report report, int error) {
  report.error = error;
  (void)!write(4, &report, sizeof report);
  _exit(127);
}

static _Noreturn void become(const csandbox_program *program, uint32_t walls) {
  child_report report = {walls, 0};
  if (chdir(program->scratch) != 0) {
    give_up(report, errno);
  }
  report.walls |= set_limits(program);
  // Counted for each user namespace; outside one it would count the user's other processes.
  if ((walls & CSANDBOX_PROCESSES) != 0) {
    limit(RLIMIT_NPROC, 64);
  }
  report.walls |= filter_calls();
  (void)!write(4, &report, sizeof report);
  execve(program->arguments[0], (char *const *)program->arguments, (char *const *)program->environment);
  give_up(report, errno);
}

/// The process between: waits for the program, which ends with it.
///
/// @param options Of the file system in the scratch folder.
static _Noreturn void watch(const csandbox_program *program, const char *options) {
  const uint32_t walls = raise_walls(program, options);
  const pid_t child = fork();
  if (child == 0) {
#if defined(__linux__)
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
    become(program, walls);
  }
  if (child < 0) {
    give_up((child_report){0, 0}, errno);
  }
  for (int descriptor = 0; descriptor <= 4; descriptor++) {
    close(descriptor);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128);
}

int csandbox_start(const csandbox_program *program, int input, int output, uint32_t *walls) {
  int report[2];
  if (pipe(report) != 0) {
    return -1;
  }
  fcntl(report[0], F_SETFD, FD_CLOEXEC);
  char options[48];
  snprintf(options, sizeof options, "size=%llu,mode=0700", (unsigned long long)program->files);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t child = fork();
  if (child == 0) {
    for (int number = 1; number < NSIG; number++) {
      signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    if (!take_descriptors(input, output, report[1])) {
      _exit(127);
    }
    watch(program, options);
  }
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(report[1]);
  if (child < 0) {
    close(report[0]);
    errno = error;
    return -1;
  }
  child_report first = {0, 0}, second = {0, 0};
  const ssize_t expected = sizeof first;
  const bool began = read(report[0], &first, sizeof first) == expected;
  // A second report means that the program could not be started.
  if (began && read(report[0], &second, sizeof second) == expected) {
    first.error = second.error;
  }
  close(report[0]);
  if (!began || first.error != 0) {
    kill(-child, SIGKILL);
    waitpid(child, NULL, 0);
    errno = first.error != 0 ? first.error : ECHILD;
    return -1;
  }
  *walls = first.walls;
  return child;
}
