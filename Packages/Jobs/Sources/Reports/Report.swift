import Basics
import Evaluations
public import Foundation
import Jobs
import Runs

/// Finished runs as one page that needs nothing beside itself.
///
/// The page has an overview with intervals, figures of each evaluation, all samples with search and filters, and what the
/// numbers rest on. It works without a network, and its policy forbids one.
public struct Report {
  private let runs: [ReportedRun]
  private let tables: [SampleTable]
  private let blocks: [DataBlock]
  /// Models whose divergence has a section of its own.
  private let compared: ComparedModels?

  /// Reads the samples of runs.
  ///
  /// - Parameter compared: Models whose divergence has a section of its own.
  /// - Throws: `JobError` for samples that are missing or damaged.
  public init(_ runs: [ReportedRun], compared: ComparedModels? = nil) throws {
    (self.runs, self.compared) = (runs, compared)
    var names: [String] = []
    for name in runs.flatMap({ $0.result.evaluations.map(\.name) }) where !names.contains(name) {
      names.append(name)
    }
    var tables = names.enumerated().map { SampleTable(name: $1, index: $0, runs: runs.count) }
    var records: [DataBlock] = []
    var vocabularies: [DataBlock] = []
    for (index, run) in runs.enumerated() {
      var vocabulary = Vocabulary()
      for table in tables.indices {
        records += try Self.read(run, index, into: &tables[table], &vocabulary)
      }
      if let text = run.tokenText { vocabularies.append(DataBlock("v\(index)", vocabulary.json(text))) }
    }
    for table in tables.indices { tables[table].finish() }
    let indexes = tables.map(SampleIndex.init)
    let manifest = JSONValue.object([
      ("runs", .list(runs.map { .object([("name", .text($0.label))]) })),
      ("tasks", .list(indexes.map(\.manifest))),
    ])
    self.tables = tables
    blocks = [DataBlock("manifest", manifest)] + indexes.flatMap(\.blocks) + vocabularies + records
  }

  private static func read(
    _ run: ReportedRun, _ index: Int, into table: inout SampleTable, _ vocabulary: inout Vocabulary
  ) throws -> [DataBlock] {
    guard let result = run.result(of: table.name) else { return [] }
    var reader = try run.run.samplesReader(of: table.name)
    return try table.read(
      index, metrics: result.metrics.map { $0.key() }, next: { try reader.next()?.withTexts(run.tokenText) },
      seen: { vocabulary.add($0) })
  }

  /// The page as a file of HTML in UTF-8.
  public func page() -> Data { page(above: "") }

  /// - Parameter outer: What stands above the page's own introduction.
  func page(above outer: Markup) -> Data {
    let title = runs.count == 1 ? "Results of \(runs[0].label)" : "Results of \(runs.count) runs"
    return Page(
      title: title, program: .report, introduction: outer + introduction,
      body: [
        OverviewSection(runs).markup, TaskSections(runs, tables).markup,
        compared.map { DivergenceSection($0).markup } ?? "", ExplorerSection(runs, tables).markup,
        CostSection(runs, tables).markup, ProvenanceSection(runs).markup,
      ].joined(), blocks: blocks
    ).data()
  }

  private var introduction: Markup {
    let divergence: Markup = compared == nil ? "" : " <a href=\"#divergence\">Divergence</a>"
    return """
      <p class="faint">\(runs.map(\.label).joined(separator: " · "))</p>
      <nav aria-label="Sections">
      <a href="#overview">Overview</a> <a href="#tasks">Tasks</a>\(divergence) <a href="#samples">Samples</a>
      <a href="#cost">Time and memory</a> <a href="#provenance">Provenance</a>
      <button type="button" id="theme">Light or dark</button>
      </nav>

      """
  }
}
