public import Evaluations
import Jobs

extension Evaluator {
  public func comparedModel(sharers: Int) throws -> ComparedModel {
    ComparedModel(try model, limits: limits(sharers: sharers))
  }

  public func askedSamples(
    blockSize: Int, vocabularySize: Int, windows: TextWindows
  ) throws -> [AskedEvaluation] {
    let all = try samples(blockSize: blockSize, vocabularySize: vocabularySize, windows: windows)
    return zip(evaluations, all).map { AskedEvaluation($0, $1) }
  }
}
