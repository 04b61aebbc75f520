import Evaluations
import Foundation
import Synchronization

/// What a server counts.
///
/// - Source: Prometheus, *Exposition formats*, the text format 0.0.4.
final class Metrics: Sendable {
  private struct Place: Hashable {
    var path: String
    var status: Int
  }

  private struct Counts {
    var underWay = 0
    var requests: [Place: Int] = [:]
    var promptTokens = 0
    var completionTokens = 0
    var seconds = Histogram()
    var firstToken = Histogram()
  }
  private let counts = Mutex(Counts())
  private let start = Date()

  /// Requests that are under way.
  var underWay: Int { counts.withLock { $0.underWay } }

  func begin() { counts.withLock { $0.underWay += 1 } }

  func end(_ path: String, status: Int, seconds: Double, firstEvent: Double?, _ usage: Usage) {
    counts.withLock { counts in
      counts.underWay -= 1
      counts.requests[Place(path: path, status: status), default: 0] += 1
      counts.promptTokens += usage.prompt
      counts.completionTokens += usage.completion
      counts.seconds.add(seconds)
      if let firstEvent { counts.firstToken.add(firstEvent) }
    }
  }

  func text(_ engine: OnlineStatistics?) -> String {
    let counts = counts.withLock { $0 }
    var lines = MetricLines()
    lines.add("assay_requests_under_way", .gauge, "Requests that are not answered yet.", counts.underWay)
    lines.begin("assay_requests_total", .counter, "Requests by path and status.")
    for (place, count) in counts.requests.sorted(by: {
      ($0.key.path, $0.key.status) < ($1.key.path, $1.key.status)
    }) {
      lines.sample("assay_requests_total", "path=\"\(place.path)\",status=\"\(place.status)\"", "\(count)")
    }
    lines.add("assay_prompt_tokens_total", .counter, "Tokens of prompts.", counts.promptTokens)
    lines.add("assay_completion_tokens_total", .counter, "Tokens of answers.", counts.completionTokens)
    counts.seconds.write("assay_request_seconds", "Seconds from a request to the end of its answer.", &lines)
    counts.firstToken.write("assay_first_token_seconds", "Seconds from a request to its first token.", &lines)
    if let engine { lines.add(engine) }
    lines.add(
      "assay_uptime_seconds", .gauge, "Seconds since the server began.", Int(Date().timeIntervalSince(start)))
    return lines.text
  }
}

/// Counts of values below bounds that grow by half a decade.
struct Histogram: Sendable {
  static let bounds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300]
  private var counts = Array(repeating: 0, count: bounds.count)
  private var total = 0
  private var sum = 0.0

  mutating func add(_ value: Double) {
    for (index, bound) in Self.bounds.enumerated() where value <= bound { counts[index] += 1 }
    total += 1
    sum += value
  }

  func write(_ name: String, _ help: String, _ lines: inout MetricLines) {
    lines.begin(name, .histogram, help)
    for (bound, count) in zip(Self.bounds, counts) {
      lines.sample(name + "_bucket", "le=\"\(bound)\"", "\(count)")
    }
    lines.sample(name + "_bucket", "le=\"+Inf\"", "\(total)")
    lines.sample(name + "_sum", nil, "\(sum)")
    lines.sample(name + "_count", nil, "\(total)")
  }
}

/// Lines of the text format.
struct MetricLines {
  enum Kind: String { case counter, gauge, histogram }

  private(set) var text = ""

  mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  mutating func sample(_ name: String, _ labels: String?, _ value: String) {
    text += name + (labels.map { "{\($0)}" } ?? "") + " \(value)\n"
  }

  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
    begin(name, kind, help)
    sample(name, nil, "\(value)")
  }

  mutating func add(_ engine: OnlineStatistics) {
    add("assay_queue_length", .gauge, "Prompts that wait for room.", engine.waiting)
    add("assay_sequences_under_way", .gauge, "Prompts and answers that are computed.", engine.active)
    add("assay_passes_total", .counter, "Forward passes.", engine.passes)
    add("assay_rows_total", .counter, "Rows of all forward passes.", engine.rows)
    add("assay_decoding_steps_total", .counter, "Rows that continue an answer.", engine.tokensGenerated)
    add(
      "assay_prefix_positions_found_total", .counter,
      "Positions of prompts that another request had computed.", engine.positionsFound)
    add(
      "assay_cache_pages", .gauge, "Pages of keys and values that are kept for later prompts.", engine.pages)
    add("assay_cache_evictions_total", .counter, "Pages that made room for others.", engine.evictions)
    add("assay_key_value_bytes", .gauge, "Bytes of keys and values.", engine.keyValueBytes)
    add("assay_cancelled_total", .counter, "Answers that were dropped.", engine.cancelled)
  }
}
