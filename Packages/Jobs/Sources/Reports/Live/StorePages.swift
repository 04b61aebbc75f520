import Basics
import Files
public import Foundation
import Jobs
public import Runs
import Synchronization

/// The pages of a store by their paths: `/`, `/run/…`, `/report?run=…&run=…`, `/training/…`, `/events/N`.
///
/// Names in paths are looked up in the store; none becomes the path of a file.
public final class StorePages: Sendable {
  private let store: RunStore
  private let logs: [String]
  private let reported: @Sendable ([StoredRun]) throws -> [ReportedRun]
  /// The last reports by what they show, since they take their time.
  private let reports = Mutex<[(key: String, page: Data)]>([])
  private static let keptReports = 4

  /// - Parameters:
  ///   - logs: Files that `run --events` writes, to be followed.
  ///   - reported: Makes of runs what reports need.
  public init(
    _ store: RunStore, logs: [String] = [],
    reported: @escaping @Sendable ([StoredRun]) throws -> [ReportedRun]
  ) {
    (self.store, self.logs, self.reported) = (store, logs, reported)
  }

  /// The page of a path with its query, as a browser sent it.
  ///
  /// - Returns: `nil` where there is none.
  /// - Throws: `JobError` for a run that cannot be read.
  public func page(_ target: String) throws -> Data? {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let path = parts[0].split(separator: "/").map(String.init)
    switch (path.first, path.dropFirst().joined(separator: "/")) {
    case (nil, _): return StoreListPage(store: store).data()
    case ("run"?, let address): return try run(address)
    case ("report"?, ""): return try report(parts.count > 1 ? parts[1] : "")
    case ("training"?, let address): return training(address)
    case ("events"?, let number):
      guard let index = Int(number), logs.indices.contains(index), let events = EventLines(path: logs[index])
      else {
        return nil
      }
      return LivePage(title: events.name ?? logs[index], events: events, isRunning: true).data()
    default: return nil
    }
  }

  private func run(_ address: String) throws -> Data? {
    guard let run = store.runs.first(where: { Self.address(of: $0) == address }) else { return nil }
    guard run.state != .finished else { return try report([run]) }
    if run.state == .running, let events = EventLines(path: "\(run.folder)/\(ResultFiles.events)") {
      return LivePage(title: run.title, events: events, isRunning: true).data()
    }
    let reason =
      switch run.state {
      case .running: "It is at work."
      case .interrupted:
        "It was stopped before it had results. What the model answered is in the journal: the same command goes on."
      case .damaged, .finished: "Its results cannot be read."
      }
    return Page(
      title: run.title, program: .none, introduction: Self.home,
      body: "<p>\(reason)</p>\n\(SettingsText(run, title: run.title).markup)"
    ).data()
  }

  private func report(_ query: String) throws -> Data? {
    let addresses = query.split(separator: "&").compactMap { pair -> String? in
      guard pair.hasPrefix("run=") else { return nil }
      return String(pair.dropFirst("run=".count)).removingPercentEncoding
    }
    let all = store.runs.filter { $0.state == .finished }
    let chosen = addresses.compactMap { address in all.first { Self.address(of: $0) == address } }
    guard !chosen.isEmpty, chosen.count == addresses.count else { return nil }
    return try report(chosen)
  }

  private func report(_ runs: [StoredRun]) throws -> Data {
    let key = runs.map { "\($0.folder) \($0.result?.run.started.timeIntervalSince1970 ?? 0)" }.joined(
      separator: "\n")
    if let known = reports.withLock({ $0.first { $0.key == key } }) { return known.page }
    let page = try Report(try reported(runs)).page(above: Self.home)
    reports.withLock { $0 = $0.suffix(Self.keptReports - 1) + [(key, page)] }
    return page
  }

  private func training(_ address: String) -> Data? {
    guard let name = store.names.first(where: { Self.escaped($0.description) == address }),
      let metrics = store.metricsPath(of: name)
    else { return nil }
    let folder = parentFolder(of: metrics)
    return TrainingPage(
      title: name.description, metrics: metrics, events: EventLines(path: "\(folder)/\(ResultFiles.events)"),
      isRunning: HeldLock.isHeld(path: "\(folder)/.lock")
    )?.data()
  }

  /// A way back to the list.
  static let home: Markup = "<nav aria-label=\"Store\"><a href=\"/\">All runs</a></nav>\n"

  /// What stands for a run in a path.
  static func address(of run: StoredRun) -> String { escaped("\(run.title)/\(run.reference)") }

  /// With all but letters, digits and the marks that a path may hold in percent signs.
  static func escaped(_ text: String) -> String {
    let path = text.split(separator: "/", omittingEmptySubsequences: true).joined(separator: "/")
    var allowed = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\0"..."\u{7F}"))
    allowed.insert(charactersIn: "-._~/")
    return path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
  }
}
