import Basics
import Foundation

/// The events of a run as its log has them, as far as pages show them; RESULTS.md has their form.
struct EventLines {
  /// What an evaluation came to, or comes to so far.
  struct Score {
    var name: String
    var samples: Int
    /// Of so many; `nil` where it has ended.
    var total: Int?
    var metrics: [(name: String, value: Double, error: Double?)]
  }

  private(set) var name: String?
  private(set) var began: Date?
  private(set) var activity = ""
  private(set) var unit = ""
  private(set) var completed = 0
  private(set) var total = 0
  private(set) var detail = ""
  /// Units a second over the last lines of progress.
  private(set) var rate: Double?
  private(set) var secondsLeft: [Double] = []
  /// In the order in which they were first seen.
  private(set) var scores: [Score] = []
  /// Why the run ended without results.
  private(set) var failure: String?
  private(set) var hasFinished = false
  private var marks: [(time: Date, completed: Int)] = []
  private static let mostMarks = 20

  /// - Returns: `nil` for a file that is missing.
  init?(path: String) {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    // A line that is being written has no end yet.
    for line in data.split(separator: UInt8(ascii: "\n")) {
      guard let members = try? JSONValue([UInt8](line), options: .python).object else { continue }
      read(members)
    }
  }

  private mutating func read(_ members: JSONObject) {
    let time = members["time"]?.text.flatMap {
      try? Date($0, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
    switch members["event"]?.text {
    case "began":
      let (name, began) = (members["name"]?.text, time)
      self = EventLines(name: name, began: began)
    case "progress": readProgress(members, time)
    case "running", "evaluated": readScore(members)
    case "failed": failure = members["reason"]?.text
    case "finished": hasFinished = true
    default: break
    }
  }

  /// A log may hold several runs: what is shown is the last.
  private init(name: String?, began: Date?) { (self.name, self.began) = (name, began) }

  private mutating func readProgress(_ members: JSONObject, _ time: Date?) {
    let (activity, unit) = (members["activity"]?.text ?? "", members["unit"]?.text ?? "")
    if activity != self.activity || unit != self.unit { marks = [] }
    (self.activity, self.unit) = (activity, unit)
    (completed, total) = (members["completed"]?.integer ?? 0, members["total"]?.integer ?? 0)
    detail = members["detail"]?.text ?? ""
    secondsLeft = members["seconds_left"]?.list?.compactMap(\.number) ?? []
    guard let time else { return }
    marks = marks.suffix(Self.mostMarks - 1) + [(time, completed)]
    let seconds = time.timeIntervalSince(marks[0].time)
    rate = seconds > 0 ? Double(completed - marks[0].completed) / seconds : nil
  }

  private mutating func readScore(_ members: JSONObject) {
    guard let name = members["evaluation"]?.text else { return }
    let metrics = (members["metrics"]?.list ?? []).compactMap(\.object).map { metric in
      let filter = metric["filter"]?.text ?? "none"
      let title = (metric["name"]?.text ?? "") + (filter == "none" ? "" : ",\(filter)")
      return (name: title, value: metric["value"]?.number ?? .nan, error: metric["stderr"]?.number)
    }
    let score = Score(
      name: name, samples: members["samples"]?.integer ?? 0, total: members["of"]?.integer, metrics: metrics)
    if let place = scores.firstIndex(where: { $0.name == name }) {
      scores[place] = score
    } else {
      scores.append(score)
    }
  }
}
