import Basics
import Figures
import Foundation
import Models

/// The curves of what a run of training measured: `metrics.jsonl`.
struct TrainingPage {
  private let title: String
  private let isRunning: Bool
  private let events: EventLines?
  private var curves: [(name: String, steps: [Double], values: [Double])] = []
  private static let mostPoints = 2000

  /// - Returns: `nil` for a file that is missing.
  init?(title: String, metrics path: String, events: EventLines?, isRunning: Bool) {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    (self.title, self.isRunning, self.events) = (title, isRunning, events)
    var places: [String: Int] = [:]
    for line in data.split(separator: UInt8(ascii: "\n")) {
      guard let members = try? JSONValue([UInt8](line), options: .python).object,
        let step = members["step"]?.number
      else { continue }
      for name in members.names where name != "step" {
        guard let value = members[name]?.number else { continue }
        let place = places[name, default: curves.count]
        if place == curves.count {
          places[name] = place
          curves.append((name, [], []))
        }
        curves[place].steps.append(step)
        curves[place].values.append(value)
      }
    }
  }

  func data() -> Data {
    let figures = curves.map { figure($0.name, $0.steps, $0.values) }
    return Page(
      title: title, program: isRunning ? .live : .none, introduction: StorePages.home,
      body: """
        <div id="live" data-state="\(isRunning ? "running" : "over")">
        <p class="faint">\(isRunning ? "Training is at work." : "No process is at work on it.")</p>
        \(progress)<div class="figures">\(figures)</div></div>

        """
    ).data()
  }

  private var progress: Markup {
    guard isRunning, let events, events.total > 0 else { return "" }
    return "<p>\(events.completed) of \(events.total) \(events.unit), \(events.detail)</p>\n"
  }

  /// Of very many points, as many as a page can tell apart; the last is always among them.
  private func figure(_ name: String, _ steps: [Double], _ values: [Double]) -> Markup {
    let stride = max(1, steps.count / Self.mostPoints)
    let kept = steps.indices.filter { ($0 - (steps.count - 1)) % stride == 0 }
    let line = Figure.Line(name, x: kept.map { steps[$0] }, y: kept.map { values[$0] })
    let figure = Figure(name, .lines([line], x: .init("update"), y: .init(name)))
    return """
      <figure>\(Markup(trusted: figure.pageElement))<figcaption>Last: \(Numbers.text(values.last)) at update \
      \(Numbers.text(steps.last, decimals: 0))</figcaption></figure>

      """
  }
}
