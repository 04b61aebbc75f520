import Sharding

/// What identifies a run and where it is done: the job's identity, the root, the machines and the mesh.
///
/// What belongs to the process alone is not encoded: its connection with other ranks, who watches it, what may run, and the
/// server that it asks. A spec that is decoded has those of a rank that is alone.
extension ExecutionSpec: Codable {
  private enum CodingKeys: String, CodingKey {
    case root, topology, hardware, distributed
    case isMain = "is_main"
  }

  /// - Throws: ``JobError`` for a name that is no folder, `TopologyError` for counts that no mesh has.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      job: JobSpec(from: decoder), root: values.decode(String.self, forKey: .root),
      topology: values.decodeIfPresent(Topology.self, forKey: .topology),
      hardware: values.decode(Hardware.self, forKey: .hardware),
      distributed: values.decode(Bool.self, forKey: .distributed),
      isMain: values.decode(Bool.self, forKey: .isMain))
  }

  /// The parts of ``job`` stand beside the others.
  public func encode(to encoder: any Encoder) throws {
    try job.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(root, forKey: .root)
    try values.encodeIfPresent(topology, forKey: .topology)
    try values.encode(hardware, forKey: .hardware)
    try values.encode(distributed, forKey: .distributed)
    try values.encode(isMain, forKey: .isMain)
  }
}
