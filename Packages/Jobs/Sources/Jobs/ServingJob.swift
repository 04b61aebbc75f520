public import Evaluations

/// A job whose model can answer clients.
public protocol ServingJob: Job {
  /// Loads the model.
  ///
  /// - Parameter names: What clients may call it, the first being the one that answers carry; the job's name where there is
  ///   none.
  /// - Returns: The model, whose engine does not run yet.
  func servedModel(_ names: [String]) throws -> ServedModel
}
