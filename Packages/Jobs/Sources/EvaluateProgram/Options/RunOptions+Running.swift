import Jobs

extension RunOptions {
  /// Runs a job that the options name, with a bar of its progress, until it is done or interrupted.
  ///
  /// - Parameters:
  ///   - log: Takes what happens.
  ///   - change: What the command adds to the job's spec.
  func perform(
    _ selection: JobSelection, on rank: Rank = .alone, _ log: EventLog? = nil,
    _ change: (inout ExecutionSpec) -> Void = { _ in }
  ) throws -> JobOutcome {
    let interruption = selection.type.interruption
    if rank.isMain || rank.isProcess { listen(interruption, prints: rank.isMain, log) }
    let bar = ProgressBar()
    defer { if rank.isMain { bar.clear() } }
    do {
      let job = try makeJob(selection, on: rank) { spec in
        if rank.isMain {
          spec.progress = { progress in
            bar.draw(progress)
            log?.note(progress)
          }
        }
        if let log { spec.event = log.note }
        if interruption == .stopsOnRequest { spec.shouldStop = { Interruption.isAskedToStop } }
        change(&spec)
        log?.began(spec, job: selection.key)
      }
      let outcome = try job(prepared: rank.shareCores)
      log?.finished(outcome)
      return outcome
    } catch {
      log?.failed(error)
      throw error
    }
  }

  private func listen(_ interruption: JobInterruption, prints: Bool, _ log: EventLog?) {
    switch interruption {
    case .endsAtOnce: break
    case .endsBetweenTransactions:
      Interruption.endsEvaluation(prints: prints) { log?.stopped(by: $0) }
    case .stopsOnRequest: Interruption.endsTraining(prints: prints)
    }
  }
}
