#if MPI
internal import CMPI
internal import TensorCore

/// A call of MPI that failed, or a message that is not one of this build.
struct MPIError: Error, CustomStringConvertible {
  enum Kind {
    /// MPI's text of the code, or the code where MPI has no text.
    case failed(call: String, text: String?, code: Int32)
    /// The level of thread support that MPI gives is too low.
    case threads(level: Int32)
    case noPacket(sender: Int, byteCount: Int)
    case payload(sender: Int, expected: Int, found: Int)
  }

  let kind: Kind

  init(_ kind: Kind) { self.kind = kind }

  var description: String {
    switch kind {
    case .failed(let call, let text?, _): "\(call) failed: \(text)"
    case .failed(let call, nil, let code): "\(call) failed with code \(code)"
    case .threads(let level): "MPI does not work beside threads: its level is \(level)"
    case .noPacket(let sender, let byteCount):
      "rank \(sender) sent \(byteCount) bytes that are no packet of this build"
    case .payload(let sender, let expected, let found):
      "rank \(sender) sent \(found) bytes of payload, its header says \(expected)"
    }
  }
}

/// MPI, for the one thread that makes it and makes all its calls. Buffers go in and come out, pointers stay here.
///
/// Nothing waits: what is begun is finished by ``progress()``, and its buffers are kept until then.
final class MPIWorld {
  /// Of the first part of a packet, whose length the receiver probes.
  private static let headerTag: Int32 = 1
  /// Of a payload that its header announces.
  private static let payloadTag: Int32 = 2
  /// A count of MPI is 32 bits wide, so a payload travels in pieces.
  private static let pieceByteCount = 1 << 30

  let rank: Int
  let size: Int
  private let world = cmpi_world()
  private var requests: [MPI_Request?] = []
  private var transfers: [Transfer] = []

  /// Pieces under way of one buffer, and what keeps it.
  final class Transfer {
    fileprivate let tensor: Tensor
    fileprivate(set) var pieces = 0
    fileprivate init(_ tensor: Tensor) { self.tensor = tensor }
  }

  /// Starts MPI. It can be started once in a process.
  init() throws(MPIError) {
    var provided: Int32 = 0
    try check(MPI_Init_thread(nil, nil, Int32(MPI_THREAD_FUNNELED), &provided), "MPI_Init_thread")
    guard provided >= Int32(MPI_THREAD_FUNNELED) else {
      throw MPIError(.threads(level: provided))
    }
    try check(MPI_Comm_set_errhandler(world, cmpi_errors_return()), "MPI_Comm_set_errhandler")
    var rank: Int32 = 0
    var size: Int32 = 0
    try check(MPI_Comm_rank(world, &rank), "MPI_Comm_rank")
    try check(MPI_Comm_size(world, &size), "MPI_Comm_size")
    self.rank = Int(rank)
    self.size = Int(size)
  }

  /// Ends MPI. All ranks must.
  func finalize() throws(MPIError) { try check(MPI_Finalize(), "MPI_Finalize") }

  /// Whether all that was begun is finished.
  var isIdle: Bool { requests.isEmpty }

  func sendHeader(_ bytes: [UInt8], to rank: Int) throws(MPIError) {
    let buffer = Tensor(shape: [bytes.count], elementType: .uint8, copying: bytes.span.bytes)
    let transfer = Transfer(buffer)
    try begin(transfer, "MPI_Isend") { start, _, request in
      MPI_Isend(start, Int32(buffer.byteCount), cmpi_byte(), Int32(rank), Self.headerTag, world, &request)
    }
  }

  func sendPayload(_ tensor: Tensor, to rank: Int) throws(MPIError) {
    try begin(Transfer(tensor), "MPI_Isend") { start, count, request in
      MPI_Isend(start, count, cmpi_byte(), Int32(rank), Self.payloadTag, world, &request)
    }
  }

  /// Begins to receive into a tensor that nothing else refers to.
  func receivePayload(_ tensor: Tensor, from rank: Int) throws(MPIError) -> Transfer {
    let transfer = Transfer(tensor)
    try begin(transfer, "MPI_Irecv") { start, count, request in
      MPI_Irecv(start, count, cmpi_byte(), Int32(rank), Self.payloadTag, world, &request)
    }
    return transfer
  }

  /// The next header that has come, and its sender, if one has.
  func nextHeader() throws(MPIError) -> (bytes: [UInt8], sender: Int)? {
    var isThere: Int32 = 0
    var message: MPI_Message?
    var status = MPI_Status()
    try check(
      MPI_Improbe(Int32(MPI_ANY_SOURCE), Self.headerTag, world, &isThere, &message, &status), "MPI_Improbe")
    guard isThere != 0 else { return nil }
    var count: Int32 = 0
    try check(MPI_Get_count(&status, cmpi_byte(), &count), "MPI_Get_count")
    var bytes = [UInt8](repeating: 0, count: Int(count))
    let code = bytes.withUnsafeMutableBytes {
      MPI_Mrecv($0.baseAddress, count, cmpi_byte(), &message, cmpi_ignored_status())
    }
    try check(code, "MPI_Mrecv")
    return (bytes, Int(status.MPI_SOURCE))
  }

  /// Moves on what was begun.
  ///
  /// - Returns: Whether a piece of it was finished.
  func progress() throws(MPIError) -> Bool {
    guard !requests.isEmpty else { return false }
    var count: Int32 = 0
    var finished = [Int32](repeating: 0, count: requests.count)
    let total = Int32(requests.count)
    let code = requests.withUnsafeMutableBufferPointer {
      MPI_Testsome(total, $0.baseAddress, &count, &finished, cmpi_ignored_statuses())
    }
    try check(code, "MPI_Testsome")
    guard count > 0 else { return false }
    for number in finished.prefix(Int(count)).sorted(by: >) {
      transfers[Int(number)].pieces -= 1
      requests.remove(at: Int(number))
      transfers.remove(at: Int(number))
    }
    return true
  }

  /// Begins each piece of a buffer. Its address stays: the transfer keeps the tensor, and a shared one is not written to.
  private func begin(
    _ transfer: Transfer, _ call: String,
    _ body: (UnsafeMutableRawPointer?, Int32, inout MPI_Request?) -> Int32
  ) throws(MPIError) {
    let start = transfer.tensor.withBytes { bytes in
      bytes.withUnsafeBytes { UnsafeMutableRawPointer(mutating: $0.baseAddress) }
    }
    let total = transfer.tensor.byteCount
    var done = 0
    repeat {
      let count = min(total - done, Self.pieceByteCount)
      var request: MPI_Request?
      try check(body(start.map { $0 + done }, Int32(count), &request), call)
      transfer.pieces += 1
      requests.append(request)
      transfers.append(transfer)
      done += count
    } while done < total
  }
}

/// - Throws: MPI's text of an error code.
private func check(_ code: Int32, _ call: String) throws(MPIError) {
  guard code != MPI_SUCCESS else { return }
  var text = [CChar](repeating: 0, count: Int(MPI_MAX_ERROR_STRING))
  var length: Int32 = 0
  guard MPI_Error_string(code, &text, &length) == MPI_SUCCESS else {
    throw MPIError(.failed(call: call, text: nil, code: code))
  }
  let sentence = String(decoding: text.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  throw MPIError(.failed(call: call, text: sentence, code: code))
}
#endif
