import Evaluation
import Jobs

/// What this package adds to `evaluate`.
public func registerDownstream() throws {
  try job("uniform/make", MakeUniform.self)
  try evaluation("alphabet_ppl") { Alphabet() }
}
