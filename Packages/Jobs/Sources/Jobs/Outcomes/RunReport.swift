import Basics
public import Foundation

/// What a run took, and where; it differs from run to run.
public struct RunReport: Sendable, Equatable {
  public var started: Date
  public var seconds: Double
  /// Different requests that were computed in this run, and that the journal had.
  public var computed: Int
  public var cacheHits: Int
  public var host: String
  public var chip: String
  public var cores: Int
  public var threads: Int
  public var peakMemory: Int
  /// Where the model lay, as it was named; `nil` for one that was given.
  public var model: String?
  /// The folder or file that the weights lie in; `nil` for a model that was given or that a server holds.
  public var checkpoint: String?
  /// The folder of the data sets of tasks; `nil` where none was asked.
  public var data: String?
  /// The operating system, as it names itself.
  public var system: String?
  /// Under which the run is kept, below `runs`; `nil` in files of earlier versions.
  public var id: String?

  public init(
    started: Date, seconds: Double, computed: Int, cacheHits: Int, hardware: Hardware, threads: Int,
    model: String? = nil, checkpoint: String? = nil, data: String? = nil, id: String? = nil
  ) {
    (self.started, self.seconds, self.computed, self.cacheHits) = (started, seconds, computed, cacheHits)
    (host, chip, cores) = (hardware.hosts.joined(separator: ","), hardware.chip.displayName, hardware.cores)
    (self.threads, self.model, self.id) = (threads, model, id)
    (self.checkpoint, self.data) = (checkpoint, data)
    system = ProcessInfo.processInfo.operatingSystemVersionString
    peakMemory = Machine.peakMemory
  }

  var json: JSONValue {
    var pairs: [(String, JSONValue)] = [
      ("started", .text(started.formatted(.iso8601))),
      ("seconds", .number((seconds * 1000).rounded() / 1000)),
      ("requests_computed", .integer(computed)),
      ("requests_from_journal", .integer(cacheHits)),
      ("host", .text(host)),
      ("chip", .text(chip)),
      ("cores", .integer(cores)),
      ("threads", .integer(threads)),
      ("peak_memory_bytes", .integer(peakMemory)),
    ]
    let known = [
      ("model", model), ("id", id), ("checkpoint", checkpoint), ("data", data), ("system", system),
    ]
    for case (let key, let text?) in known { pairs.append((key, .text(text))) }
    return .object(pairs)
  }
}

extension RunReport: Decodable {
  private enum Key: String, CodingKey {
    case started, seconds, host, chip, cores, threads, model, id, checkpoint, data, system
    case computed = "requests_computed"
    case cacheHits = "requests_from_journal"
    case peakMemory = "peak_memory_bytes"
  }

  public init(from decoder: any Decoder) throws {
    let file = try decoder.container(keyedBy: Key.self)
    started = try Date(try file.decode(String.self, forKey: .started), strategy: .iso8601)
    seconds = try file.decode(Double.self, forKey: .seconds)
    computed = try file.decode(Int.self, forKey: .computed)
    cacheHits = try file.decode(Int.self, forKey: .cacheHits)
    host = try file.decode(String.self, forKey: .host)
    chip = try file.decode(String.self, forKey: .chip)
    cores = try file.decode(Int.self, forKey: .cores)
    threads = try file.decode(Int.self, forKey: .threads)
    peakMemory = try file.decode(Int.self, forKey: .peakMemory)
    model = try file.decodeIfPresent(String.self, forKey: .model)
    id = try file.decodeIfPresent(String.self, forKey: .id)
    checkpoint = try file.decodeIfPresent(String.self, forKey: .checkpoint)
    data = try file.decodeIfPresent(String.self, forKey: .data)
    system = try file.decodeIfPresent(String.self, forKey: .system)
  }
}
