internal import CKernels

/// A matrix of integers with a scale and a zero point for each group of a row, as tools that quantise layers store it.
///
///     weight[o, i] = scale[o, g] · (code[o, i] − zero[o, g])     of an input i of group g
///
/// rounded once to float32; of scales in 16 bits the product is exact.
///
/// - Shape: `[outputs, inputs]`.
public struct IntegerMatrix: Sendable {
  /// Integers of a few bits, in little-endian words along one axis: the first in the lowest bits, and where the bits do
  /// not divide a word, one goes on in the next.
  public struct Codes: Sendable {
    /// The axis along which they lie behind each other.
    public enum Axis: Sendable { case outputs, inputs }

    let words: Tensor
    let bits: Int
    let axis: Axis
    let isFirst: Bool
    let isInterleaved: Bool

    /// - Parameters:
    ///   - words: `[a, b]`, int32; or bytes with a sign, as uint8, which stand for themselves plus 128.
    ///   - bits: 2, 3, 4 or 8.
    ///   - axis: What `words` are packed along.
    ///   - isFirst: Whether that is their first axis, not the last.
    ///   - isInterleaved: Whether of each eight codes the even ones come first, then the odd ones.
    public init(
      _ words: Tensor, bits: Int, along axis: Axis, isFirst: Bool = false, isInterleaved: Bool = false
    ) {
      precondition(
        words.shape.count == 2 && (words.elementType == .int32 || words.elementType == .uint8 && bits == 8),
        "codes of \(bits) bits in \(words.elementType) \(words.shape)")
      self.words = words
      self.bits = bits
      self.axis = axis
      self.isFirst = isFirst
      self.isInterleaved = isInterleaved
    }

    /// Whether there is one for each place of a matrix.
    func covers(outputs: Int, inputs: Int) -> Bool {
      let (packed, other) = axis == .outputs ? (outputs, inputs) : (inputs, outputs)
      let (units, across) =
        isFirst ? (words.shape[0], words.shape[1]) : (words.shape[1], words.shape[0])
      return across >= other && units >= (packed * bits + unitBits - 1) / unitBits
        && (!isInterleaved || packed % 8 == 0)
    }

    private var unitBits: Int { 8 * words.elementType.byteCount }

    fileprivate var view: tc_codes {
      var view = tc_codes()
      view.units = words.rawPointer.assumingMemoryBound(to: UInt8.self)
      view.unit_bytes = words.elementType.byteCount
      view.bits = bits
      view.along = isFirst ? words.shape[1] : 1
      view.across = isFirst ? 1 : words.shape[1]
      view.along_outputs = axis == .outputs
      view.interleaved = isInterleaved
      view.flipped = words.elementType == .uint8 ? 0x80 : 0
      return view
    }
  }

  /// The zero points.
  public enum Zeros: Sendable {
    /// One of all groups.
    case constant(Int)
    /// `[outputs, groups]`, to each of which a number is added that wraps around at the codes' bits.
    case codes(Codes, adding: Int = 0)
  }

  public let shape: [Int]
  private let codes: Codes
  private let zeros: Zeros
  private let scales: Tensor
  private let group: Int
  private let groupOf: Tensor?

  /// - Parameters:
  ///   - shape: `[outputs, inputs]`.
  ///   - scales: `[outputs, groups]`, float32.
  ///   - group: Inputs of a group.
  ///   - groupOf: The group of each input, int32; `nil` where groups are neighbours.
  /// - Precondition: There is a code for each weight, and a scale and a zero point for each group.
  public init(
    shape: [Int], codes: Codes, zeros: Zeros, scales: Tensor, group: Int, groupOf: Tensor? = nil
  ) {
    let groups = scales.shape[1]
    precondition(
      shape.count == 2 && scales.shape[0] == shape[0] && group > 0
        && codes.covers(outputs: shape[0], inputs: shape[1]),
      "codes \(codes.words.shape) of a matrix \(shape)")
    if let groupOf {
      precondition(
        groupOf.shape == [shape[1]] && groupOf.int32s.allSatisfy { $0 >= 0 && $0 < groups },
        "groups of \(groupOf.shape) inputs")
    } else {
      precondition(
        (shape[1] + group - 1) / group <= groups, "\(groups) groups of \(group) of a matrix \(shape)")
    }
    if case .codes(let zeros, _) = zeros {
      precondition(zeros.covers(outputs: shape[0], inputs: groups), "zero points \(zeros.words.shape)")
    }
    self.shape = shape
    self.codes = codes
    self.zeros = zeros
    self.scales = scales.aligned()
    self.group = group
    self.groupOf = groupOf?.aligned()
  }

  /// The same weights in blocks, a copy. Gives the pages of mapped codes back.
  ///
  /// - Precondition: `format` is that of ``BlockFormat/integers(bits:group:width:)``.
  public func blocks(_ format: BlockFormat) -> BlockMatrix {
    precondition(
      groupOf == nil && format == .integers(bits: codes.bits, group: group, width: shape[1]),
      "integers of \(codes.bits) bits in groups of \(group) as \(format)")
    return blocks(format, by: tc_integer_blocks)
  }

  /// Some rows as float32. Gives the pages of mapped codes back.
  ///
  /// - Shape: `[rows.count, inputs]`.
  public func tensor(rows: Range<Int>) -> Tensor {
    tensor(rows: rows, by: tc_integer_floats)
  }
}

extension IntegerMatrix: EncodedMatrix {
  var mapped: Tensor { codes.words }

  var view: tc_integer_matrix {
    var view = tc_integer_matrix()
    view.codes = codes.view
    switch zeros {
    case .constant(let zero): view.zero = UInt8(truncatingIfNeeded: zero)
    case .codes(let zeros, let added):
      view.zeros = zeros.view
      view.zero = UInt8(truncatingIfNeeded: added)
    }
    view.scales = scales.floatPointer
    view.groups_of = groupOf?.rawPointer.assumingMemoryBound(to: Int32.self)
    view.inner = shape[1]
    view.groups = scales.shape[1]
    view.run = group
    return view
  }
}
