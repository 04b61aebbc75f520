internal import TensorCore

/// What one process of a run sends to another.
struct Packet: Sendable {
  enum Content: Sendable, Equatable {
    /// The sender has come to the sequence `number` of a group: all ranks, or those along `axis` that sender and receiver
    /// share. What it brings is the payload.
    case arrival(Collective, root: Int?, shape: [Int]?, axis: MeshAxis?, number: Int)
    /// For the mailbox `name`; the bytes are the payload.
    case message(name: String)
    /// The sender's body has ended, and nothing of it follows: because `failure`, or it returned if `nil`.
    case end(failure: Failure?)
  }

  /// A rank that threw by itself: the sender, or the one on whose account the sender threw.
  struct Failure: Sendable, Equatable {
    let rank: Int
    let message: String
    /// The status with which that process ends, if it is known.
    let status: Int32?

    var reason: CommunicatorError.Reason { .rankFailed(rank: rank, message: message, status: status) }
  }

  let content: Content
  let payload: Tensor?

  init(_ content: Content, payload: Tensor? = nil) {
    self.content = content
    self.payload = payload
  }
}
