import Basics

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
      hosts: [Machine.hostName], chip: .detected(),
      cores: Machine.coreCount)
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
    Chip(name: "cpu", displayName: Machine.processorName ?? "unknown", memory: Machine.memory)
  }
}
