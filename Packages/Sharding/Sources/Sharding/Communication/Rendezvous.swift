/// Where the ranks of a run meet: threads in memory, processes through a library that carries packets.
protocol Rendezvous: Sendable {
  /// All ranks of the run.
  var mesh: Mesh { get }

  /// Whether a sum over ranks is cheaper when each adds up a share for all, in two rendezvous instead of one.
  func sharesSums(of byteCount: Int, among members: Int) -> Bool

  /// Brings `arrival` to the open sequence of a group and waits for its other members.
  ///
  /// - Parameters:
  ///   - member: The caller's number in the group.
  ///   - rank: The caller's number in the run.
  /// - Returns: The arrivals of all members, in their order.
  func meet(
    _ arrival: Arrival, in group: RankGroup, member: Int, rank: Int
  ) throws(CommunicatorError) -> [Arrival]

  /// Both number ranks over the run. See ``Communicator/send(_:to:named:)``.
  func send(_ bytes: [UInt8], from sender: Int, to rank: Int, named name: String) throws(CommunicatorError)
  func receive(at rank: Int, named name: String) throws(CommunicatorError) -> Message
}
