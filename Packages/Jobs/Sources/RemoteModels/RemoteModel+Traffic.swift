public import Evaluations
public import Jobs

extension RemoteModel {
  /// What the server would count for requests, its answers as long as they may be.
  public func traffic(of requests: [Request]) -> CostEstimate.Traffic {
    var traffic = CostEstimate.Traffic(requests: 0, tokensRead: 0, tokensWritten: 0)
    for request in requests {
      let (read, written): (Int, Int)
      switch request {
      case .score(let request) where !request.isEmpty:
        (read, written) = (request.ids.count, promptScores.written)
      case .generate(let request) where request.limit > 0:
        (read, written) = (request.prompt.count, request.limit)
      case .score, .generate: continue
      }
      traffic.requests += 1
      traffic.tokensRead += read
      traffic.tokensWritten += written
    }
    return traffic
  }
}

extension RemoteModel.PromptScores {
  /// The tokens that are generated behind a prompt that is scored.
  fileprivate var written: Int {
    switch self {
    case .echo(let limit): limit
    case .promptLogProbabilities: RemoteModel.leastAnswer
    case .none: 0
    }
  }
}
