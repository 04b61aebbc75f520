import Jobs

/// Prints what a job has produced: results as a table, folders on standard error, anything as JSON.
func show(_ outcome: JobOutcome, asJSON json: Bool) throws {
  /// Standard output carries results only.
  func present(_ what: String, _ paths: [String]) {
    if json { print(outcome.json) }
    standardError.write("\(what) in \(paths.joined(separator: ", "))\n")
  }
  switch outcome {
  case .results(let result, let folder):
    print(json ? outcome.json : ResultsTable(result).text)
    let memory = "; the run held at most \(result.run.peakMemory >> 20) MiB of memory"
    standardError.write("results in \(folder)results.json, in \(result.provenance.mode)\(memory)\n")
  case .checkpoint(let folder): present("checkpoint", [folder])
  case .data(let folder): present("data", [folder])
  case .files(let paths): present("files", paths)
  case .nothing: break
  }
}
