import Basics
import Foundation
import Jobs
import TensorCore

/// What was measured of a model's speed, beside the machine's peaks.
struct BenchReport {
  private let model: String
  private let measurements: [SpeedMeasurement]
  /// Multiply-adds a second.
  private let peaks: [ComputeMode: Double]
  /// Bytes a second.
  private let bandwidth = MachinePeaks.bandwidth()

  /// - Parameter peaks: Multiply-adds a second by mode, of the modes that were measured.
  init(model: String, _ measurements: [SpeedMeasurement], peaks: [ComputeMode: Double]) {
    (self.model, self.measurements, self.peaks) = (model, measurements, peaks)
  }

  var text: String {
    var table = TextTable(header: ["mode", "task", "tokens", "tokens/s", "±", "of peak", "of bandwidth"])
    table.textColumns = [0, 1]
    table.rows = measurements.map { measurement in
      [
        measurement.mode.rawValue, measurement.task.rawValue,
        "\(measurement.tokens) × \(measurement.sequences)", Self.rate(measurement.rate),
        Self.rate(measurement.spread), Self.percent(peakShare(measurement)),
        Self.percent(byteShare(measurement)),
      ]
    }
    let modes = ComputeMode.allCases.compactMap { mode in
      peaks[mode].map { String(format: "%.0f in \(mode.rawValue)", $0 / 1e9) }
    }
    return """
      \(table.text)

      \(Machine.processorName ?? "this processor"), kernels \(InstructionSet.current.identity), \
      \(ThreadPool.shared.threadCount) thread\(ThreadPool.shared.threadCount == 1 ? "" : "s"); at most, in 10⁹ multiply-adds a second: \
      \(modes.joined(separator: ", ")); reading memory: \(String(format: "%.1f GB/s", bandwidth / 1e9))
      """
  }

  var csv: String {
    let header = [
      "mode", "task", "sequences", "tokens", "repetitions", "tokens_per_second", "standard_deviation",
      "share_of_peak", "share_of_bandwidth",
    ]
    let lines = measurements.map { measurement in
      [
        measurement.mode.rawValue, measurement.task.rawValue, "\(measurement.sequences)",
        "\(measurement.tokens)", "\(measurement.seconds.count)", "\(measurement.rate)",
        "\(measurement.spread)", "\(peakShare(measurement))", "\(byteShare(measurement))",
      ]
    }
    return ([header] + lines).map { $0.joined(separator: ",") }.joined(separator: "\n")
  }

  var json: JSONValue {
    .object([
      ("model", .text(model)),
      ("processor", .optional(Machine.processorName)),
      ("kernels", .text(InstructionSet.current.identity)),
      ("threads", .integer(ThreadPool.shared.threadCount)),
      (
        "peak_multiply_adds_per_second",
        .object(
          ComputeMode.allCases.compactMap { mode in peaks[mode].map { (mode.rawValue, .number($0)) } })
      ),
      ("bandwidth_bytes_per_second", .number(bandwidth)),
      ("measurements", .list(measurements.map(json))),
    ])
  }

  private func json(_ measurement: SpeedMeasurement) -> JSONValue {
    .object([
      ("mode", .text(measurement.mode.rawValue)), ("task", .text(measurement.task.rawValue)),
      ("sequences", .integer(measurement.sequences)), ("tokens", .integer(measurement.tokens)),
      ("seconds", .list(measurement.seconds.map(JSONValue.number))),
      ("tokens_per_second", .number(measurement.rate)),
      ("standard_deviation", .number(measurement.spread)),
      ("multiply_adds_per_second", .number(measurement.multiplyAddRate)),
      ("share_of_peak", .number(peakShare(measurement))),
      ("weight_bytes_per_second", .number(measurement.byteRate)),
      ("share_of_bandwidth", .number(byteShare(measurement))),
    ])
  }

  private func peakShare(_ measurement: SpeedMeasurement) -> Double {
    measurement.multiplyAddRate / (peaks[measurement.mode] ?? .infinity)
  }

  private func byteShare(_ measurement: SpeedMeasurement) -> Double { measurement.byteRate / bandwidth }

  private static func rate(_ value: Double) -> String { String(format: value < 100 ? "%.1f" : "%.0f", value) }
  private static func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }
}
