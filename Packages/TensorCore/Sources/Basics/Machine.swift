import Foundation

/// Facts about the machine and the process, as the operating system reports them.
public enum Machine {
  public static var hostName: String { ProcessInfo.processInfo.hostName }
  /// Cores that this process may use.
  public static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Bytes of memory: the machine's, or the control group's limit where that is less.
  public static var memory: UInt64 {
    let physical = ProcessInfo.processInfo.physicalMemory
    return min(physical, controlGroupLimit ?? physical)
  }

  #if os(Linux)
  /// Bytes that the system could give now without swapping; `nil` where it does not report them.
  public static var availableMemory: Int? {
    let words = line(of: "/proc/meminfo", startingWith: "MemAvailable:")?.split(separator: " ")
    return words.flatMap { $0.count > 1 ? Int($0[1]) : nil }.map { $0 << 10 }
  }

  /// The maker's name of the processor, such as `AMD EPYC 9R14`; `nil` where it has none.
  public static var processorName: String? {
    let line =
      line(of: "/proc/cpuinfo", startingWith: "model name")
      ?? line(of: "/proc/cpuinfo", startingWith: "Model")
    return line?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
  }

  /// The cores that this process is bound to, as the system lists them; the same text for processes that share them.
  public static var allowedCores: String {
    line(of: "/proc/self/status", startingWith: "Cpus_allowed_list:") ?? ""
  }

  /// The most memory that this process ever held, in bytes.
  public static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  /// Where the running program lies.
  public static var executablePath: String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  }

  private static var controlGroupLimit: UInt64? {
    (try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8))
      .flatMap { UInt64($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  private static func line(of path: String, startingWith start: String) -> String? {
    let text = try? String(contentsOfFile: path, encoding: .utf8)
    return text?.split(separator: "\n").first { $0.hasPrefix(start) }.map(String.init)
  }
  #elseif canImport(Darwin)
  public static var availableMemory: Int? {
    var statistics = vm_statistics64()
    var count = mach_msg_type_number_t(MemoryLayout<vm_statistics64>.size / MemoryLayout<integer_t>.size)
    let status = withUnsafeMutablePointer(to: &statistics) { pointer in
      pointer.withMemoryRebound(to: integer_t.self, capacity: Int(count)) {
        host_statistics64(mach_host_self(), HOST_VM_INFO64, $0, &count)
      }
    }
    guard status == KERN_SUCCESS else { return nil }
    let pages = Int(statistics.free_count) + Int(statistics.inactive_count) + Int(statistics.purgeable_count)
    return pages * Int(getpagesize())
  }

  public static var processorName: String? {
    var size = 0
    guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0, size > 0 else { return nil }
    var name = [UInt8](repeating: 0, count: size)
    guard sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0) == 0 else { return nil }
    return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// macOS binds no process to cores.
  public static var allowedCores: String { "" }

  /// Darwin counts in bytes.
  public static var peakMemory: Int {
    var usage = rusage()
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_maxrss
  }

  public static var executablePath: String? { Bundle.main.executablePath }
  private static var controlGroupLimit: UInt64? { nil }
  #endif
}
