public import Basics
package import CKernels
import Foundation
import Synchronization

/// The kernels a process computes with: chosen once, written into every report.
///
/// In float32 all of them give the same bits; `avx512bf16` has the processor's own bfloat16 product, which differs from
/// the others' only where the package's notes on numerics state it. Names and order are those of `isas.h`.
public enum InstructionSet: Int, Sendable, CaseIterable, Comparable, Codable {
  /// Plain C, the definition of every kernel.
  case scalar
  /// NEON with fused multiply-adds: every aarch64.
  case neon
  /// AVX2 with FMA and F16C.
  case avx2
  /// AVX-512 F, DQ, BW and VL.
  case avx512
  /// AVX-512 with bfloat16 dot products.
  case avx512bf16

  /// The name in reports and in `ASSAY_KERNELS`.
  public var name: String { "\(self)" }

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// Those that this processor runs, slowest first; never empty.
  public static let available: [InstructionSet] = allCases.filter { tc_kernels_for($0.code) != nil }

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
    guard available.contains(set) else { throw InstructionSetError(name: set.name) }
    pinned.store(set.rawValue, ordering: .relaxed)
  }

  /// The set with this name.
  ///
  /// - Throws: ``InstructionSetError`` if there is none, or this processor cannot run it.
  public init(named name: String) throws(InstructionSetError) {
    guard let set = Self.available.first(where: { $0.name == name }) else {
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
public struct InstructionSetError: ReportableError, Sendable {
  /// The name that was asked for.
  public let name: String

  public var fault: Fault { .usage }

  public var description: String {
    let known = InstructionSet.allCases.contains { $0.name == name }
    let choice = InstructionSet.available.map { "'\($0.name)'" }.joined(separator: ", ")
    return known
      ? "this processor does not run the '\(name)' kernels; it runs \(choice)"
      : "unknown kernels '\(name)'; this processor runs \(choice)"
  }
}
