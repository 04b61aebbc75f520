import Foundation

/// What a job runs on, as found on this machine.
public struct Hardware: Sendable, Codable, Equatable {
  /// Host names, one for each machine of the job.
  public var hosts: [String]
  public var chip: Chip
  /// Cores that this process may use.
  public var cores: Int

  public init(hosts: [String], chip: Chip, cores: Int) {
    self.hosts = hosts
    self.chip = chip
    self.cores = cores
  }

  /// Asks the operating system.
  public static func detected() -> Hardware {
    Hardware(
      hosts: [ProcessInfo.processInfo.hostName], chip: .detected(),
      cores: ProcessInfo.processInfo.activeProcessorCount)
  }

  /// The most memory that this process ever held, in bytes.
  static var peakMemory: Int {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}

/// A kind of processor and the memory it can use.
public struct Chip: Sendable, Codable, Equatable {
  /// `cpu`: the only kind there is so far.
  public var name: String
  /// The maker's name of the model, such as `AMD EPYC 9R14`.
  public var displayName: String
  /// In bytes.
  public var memory: UInt64

  public init(name: String, displayName: String, memory: UInt64) {
    self.name = name
    self.displayName = displayName
    self.memory = memory
  }

  static func detected() -> Chip {
    Chip(name: "cpu", displayName: modelName() ?? "unknown", memory: memoryLimit())
  }

  private static func modelName() -> String? {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") || $0.hasPrefix("Model") }
    return line?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
  }

  /// The machine's memory, or the control group's limit where that is less.
  private static func memoryLimit() -> UInt64 {
    let physical = ProcessInfo.processInfo.physicalMemory
    let limit = (try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8))
      .flatMap { UInt64($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    return min(physical, limit ?? physical)
  }
}
