/// Carries packets between the processes of a run.
protocol PacketTransport: Sendable {
  /// Hands over a packet for another rank and returns at once. Packets of one sender to one receiver arrive in order.
  func send(_ packet: Packet, to rank: Int)

  /// Notes that this rank does nothing but wait for packets, so that its core is free to look for them; with `false`,
  /// that it has gone on.
  func hurry(_ isWaiting: Bool)
}

/// Receives what has come over a transport, on the transport's own thread.
protocol PacketReceiver: Sendable {
  func receive(_ packet: Packet, from rank: Int)

  /// The transport has failed for good, for a reason in its library's words.
  func transportFailed(_ reason: String)
}
