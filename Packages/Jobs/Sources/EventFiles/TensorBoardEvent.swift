import Foundation

/// An event as TensorBoard reads it, in one record.
///
/// - Source: TensorFlow, `event.proto` and `summary.proto`, of which it has the fields that scalars need.
struct TensorBoardEvent {
  enum Content {
    /// What a file begins with.
    case version
    /// A run goes on after this step: what an earlier file has behind it does not count.
    case resumed
    case scalars([(name: String, value: Double)])
  }

  var time: Date
  var step: Int
  var content: Content

  /// Length, its check, the message, its check.
  ///
  /// - Source: TensorFlow, *TFRecord*.
  var record: [UInt8] {
    let length = UInt64(message.count).littleEndianBytes
    return length + CRC32C.masked(length).littleEndianBytes + message
      + CRC32C.masked(message).littleEndianBytes
  }

  private var message: [UInt8] {
    var event = ProtobufWriter()
    event.append(time.timeIntervalSince1970, field: 1)
    event.append(Int64(step), field: 2)
    switch content {
    case .version: event.append("brain.Event:2", field: 3)
    case .resumed:
      var log = ProtobufWriter()
      log.append(Int64(1), field: 1)  // SessionLog.START
      event.append(log.bytes, field: 7)
    case .scalars(let scalars):
      var summary = ProtobufWriter()
      for scalar in scalars {
        var value = ProtobufWriter()
        value.append(scalar.name, field: 1)
        value.append(Float(scalar.value), field: 2)
        summary.append(value.bytes, field: 1)
      }
      event.append(summary.bytes, field: 5)
    }
    return event.bytes
  }
}
