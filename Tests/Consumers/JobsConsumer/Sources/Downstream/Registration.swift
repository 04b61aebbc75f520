import Evaluations
import Jobs

/// What this package adds to `evaluate`.
public func registerDownstream() throws {
  try job("uniform/make", MakeUniform.self)
  try job("copy/train/reinforce", Reinforce.self)
  try evaluation("alphabet_ppl") { Alphabet() }
  try evaluation("copy_task") { CopyTask() }
  try evaluation("grammatical") { Grammatical() }
  try evaluation("surprise") { Surprise() }
  try registerCountdown()
}
