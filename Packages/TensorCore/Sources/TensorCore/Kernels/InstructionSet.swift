public import Basics
package import CKernels
import Foundation
import Synchronization

/// The kernels a process computes with: chosen once, written into every report.
///
/// All of ours give the same bits in every mode. Their names and order are those of `isas.h`.
public enum InstructionSet: Int, Sendable, CaseIterable, Comparable, Codable {
  /// Plain C, the definition of every kernel.
  case scalar
  /// NEON with fused multiply-adds: every aarch64.
  case neon
  /// The above and I8MM, dot products of bytes, for products of integers.
  case neoni8mm
  /// AVX2 with FMA and F16C.
  case avx2
  /// AVX-512 F, DQ, BW and VL.
  case avx512
  /// The above and VNNI, dot products of bytes and of words, for products of integers.
  case avx512vnni
  /// Products of float32 and bfloat16 by OpenBLAS, all else by the fastest of the others: for processors that they have no
  /// tiles for. Never chosen unless named.
  ///
  /// OpenBLAS adds in an order of its own: a row's bits may depend on the rows beside it, on the number of threads, on the
  /// processor, and on the library's version.
  case openblas

  /// The name in reports and in `ASSAY_KERNELS`.
  public var name: String { "\(self)" }

  /// What journals and reports keep results of these kernels under: the name, and of OpenBLAS its version and the processor
  /// that it has kernels for.
  public var identity: String { self == .openblas ? OpenBLAS.identity : name }

  /// Whether a row has the same bits whatever is computed beside it.
  public var isBatchInvariant: Bool { self != .openblas }

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// Ours that this processor runs, slowest first; never empty.
  public static let available: [InstructionSet] = allCases.filter { tc_kernels_for($0.code) != nil }

  /// Those that can be pinned: ``available``, and ``openblas`` where this build has the trait OpenBLAS.
  public static var selectable: [InstructionSet] { available + (OpenBLAS.isBuilt ? [.openblas] : []) }

  /// The one in use: the last that was pinned, else what `ASSAY_KERNELS` names, else the fastest available.
  ///
  /// - Precondition: `ASSAY_KERNELS`, if set, names an available set. A program that wants an error
  ///   and not a trap calls ``pin(_:)`` with ``init(named:)`` first.
  public static var current: InstructionSet {
    if let chosen = InstructionSet(rawValue: pinned.load(ordering: .relaxed)) { return chosen }
    do {
      let chosen = try preferred(environment: ProcessInfo.processInfo.environment)
      _ = pinned.compareExchange(expected: unpinned, desired: chosen.rawValue, ordering: .relaxed)
      return Self.current
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Makes `set` the current one, for all later calls of this process.
  ///
  /// - Throws: ``InstructionSetError`` if this processor cannot run it.
  public static func pin(_ set: InstructionSet) throws(InstructionSetError) {
    guard selectable.contains(set) else { throw InstructionSetError(name: set.name) }
    pinned.store(set.rawValue, ordering: .relaxed)
  }

  /// The set with this name.
  ///
  /// - Throws: ``InstructionSetError`` if there is none, or this processor cannot run it.
  public init(named name: String) throws(InstructionSetError) {
    guard let set = Self.selectable.first(where: { $0.name == name }) else {
      throw InstructionSetError(name: name)
    }
    self = set
  }

  /// What `environment` names in `ASSAY_KERNELS`, else the fastest available.
  ///
  /// - Throws: ``InstructionSetError`` if it names none that runs here.
  public static func preferred(environment: [String: String]) throws(InstructionSetError) -> Self {
    guard let name = environment["ASSAY_KERNELS"] else { return available[available.count - 1] }
    return try InstructionSet(named: name)
  }

  package var kernels: tc_kernels {
    if self == .openblas { return OpenBLAS.kernels }
    guard let kernels = tc_kernels_for(code) else {
      preconditionFailure("this processor does not run the '\(name)' kernels")
    }
    return kernels.pointee
  }

  private var code: tc_isa { tc_isa(rawValue: UInt32(rawValue)) }
  private static let unpinned = -1
  private static let pinned = Atomic(unpinned)
}

/// An instruction set that does not exist, or that this processor lacks.
public struct InstructionSetError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case unknown
    /// The processor lacks its instructions.
    case notHere
    /// The program was made without OpenBLAS.
    case noOpenBLAS
  }

  public let kind: Kind
  /// The name that was asked for.
  public let name: String
  /// The names that may be asked for here.
  public let known: [String]

  /// - Parameter name: What was asked for and is not selectable.
  init(name: String) {
    self.name = name
    known = InstructionSet.selectable.map(\.name)
    kind =
      if name == InstructionSet.openblas.name { .noOpenBLAS } else {
        InstructionSet.allCases.contains { $0.name == name } ? .notHere : .unknown
      }
  }

  public var fault: Fault { .usage }

  public var description: String {
    let choice = quotedList(known)
    return switch kind {
    case .noOpenBLAS:
      "this build has no OpenBLAS: make it with the trait OpenBLAS, or choose one of \(choice)"
    case .notHere: "this processor does not run the '\(name)' kernels; it runs \(choice)"
    case .unknown: "unknown kernels '\(name)'; this processor runs \(choice)"
    }
  }
}
