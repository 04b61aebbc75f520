import Evaluations
import Jobs

extension CostEstimate.Work {
  init(_ requests: [Request]) {
    let plan = Plan(requests)
    let distinct = DistinctRequests(requests).requests
    self.init(
      requests: distinct.count, tokensAsked: plan.tokensAsked, tokensComputed: plan.tokensComputed,
      positionsScored: plan.positionsScored, tokensGenerated: distinct.reduce(0) { $0 + $1.written },
      longest: distinct.lazy.map(\.length).max() ?? 0)
  }
}

extension Request {
  /// Tokens that may be written.
  fileprivate var written: Int {
    guard case .generate(let request) = self else { return 0 }
    return max(request.limit, 0)
  }

  /// Tokens that are read and may be written.
  fileprivate var length: Int {
    switch self {
    case .score(let request): request.inputCount
    case .generate(let request): request.prompt.count + max(request.limit, 0)
    }
  }
}
