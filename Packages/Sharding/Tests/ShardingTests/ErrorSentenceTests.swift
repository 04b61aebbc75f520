import Sharding
import Testing

/// The wording of all errors of the package; other tests compare their facts.
@Suite("Sentences of errors")
struct ErrorSentenceTests {
  @Test("Sentences about a topology are those of the original system, to the letter")
  func topologies() {
    let sentences: [(TopologyError.Kind, String)] = [
      (.notPositive(.shardInto, 0), "shard_into must be positive, got 0"),
      (.doesNotDivide(shardInto: 3, .localDeviceCount, 4), "shard_into=3 must divide local_device_count=4"),
      (.localOutside(4, of: 2), "local_device_count=4 must be in 1...2, the device count"),
      (.notPositive(.deviceCount, 0), "device_count must be positive, got 0"),
      (.tooMany(.max, most: 1_048_576), "device_count must be at most 1048576, got 9223372036854775807"),
    ]
    for (kind, sentence) in sentences { #expect(TopologyError(kind).description == sentence) }
  }

  @Test("Sentences about a launcher's variables name the variable")
  func launchers() {
    let sentences: [(LaunchError.Kind, String)] = [
      (.missing(variable: "PMI_SIZE"), "the launcher has set a rank, but not PMI_SIZE"),
      (.notACount(variable: "PMI_SIZE", value: "x"), "PMI_SIZE='x' is not a number of ranks"),
      (
        .outOfRange(variable: "PMI_RANK", value: 5, count: 5),
        "PMI_RANK=5 must be below the number of ranks, 5"
      ),
      (.moreLocalRanks(9, than: 8), "9 ranks on this host are more than the 8 of the run"),
      (
        .unlistedNode(3, variable: "SLURM_STEP_TASKS_PER_NODE", value: "2(x3)"),
        "SLURM_STEP_TASKS_PER_NODE='2(x3)' says nothing of this node, SLURM_NODEID=3"
      ),
    ]
    for (kind, sentence) in sentences { #expect(LaunchError(kind).description == sentence) }
  }

  private func sentence(_ axis: ParameterAxis, shards: Int, is sentence: String) {
    let placement = Placement(GPTRules.rules, on: Mesh(batch: 1, shard: shards))
    let error = #expect(throws: PlacementError.self) {
      try placement.slice(of: "blocks_0/w", axes: [.init(.embed, 3), axis], rank: 0)
    }
    #expect(error?.description == sentence)
  }

  @Test("Sentences about a placement name parameter, axis, size, unit and shards")
  func placements() {
    sentence(
      ParameterAxis(.attention, 1728, parts: 3, unit: 64), shards: 2,
      is:
        "parameter 'blocks_0/w': axis 'n_attn' of 1728 (3 parts of 576, in units of 64) does not divide into 2 shards; 1 or 3 would do"
    )
    sentence(
      ParameterAxis(.embedFF, 6), shards: 4,
      is: "parameter 'blocks_0/w': axis 'n_embd_ff' of 6 does not divide into 4 shards; 3 or 6 would do")
    sentence(
      ParameterAxis(.attention, partSizes: [32, 16], unit: 8), shards: 4,
      is:
        "parameter 'blocks_0/w': axis 'n_attn' of 48 (parts of 32, 16, in units of 8) does not divide into 4 shards; 2 would do"
    )
    sentence(
      ParameterAxis(.attention, 48, unit: 16, sharesUnits: true), shards: 4,
      is:
        "parameter 'blocks_0/w': axis 'n_attn' of 48 (in units of 16) does not divide into 4 shards; 3 would do"
    )
    sentence(
      ParameterAxis(.attention, 10, parts: 3), shards: 2,
      is:
        "parameter 'blocks_0/w': axis 'n_attn' of 10 (3 parts of 3) is not made of whole units, so it cannot be cut into 2 shards"
    )
    sentence(
      ParameterAxis(.attention, 10, unit: 4), shards: 2,
      is:
        "parameter 'blocks_0/w': axis 'n_attn' of 10 (in units of 4) is not made of whole units, so it cannot be cut into 2 shards"
    )
  }

  @Test("The sentence about a parameter that is cut twice names the mesh axis")
  func cutTwice() {
    let error = #expect(throws: PlacementError.self) {
      try GPTRules.rules.spec(for: [.init(.embedFF, 4), .init(.attention, 6)], of: "w")
    }
    #expect(
      error?.description
        == "parameter 'w': axis 'n_attn' of 6 is given to mesh axis 'shard', which already cuts another axis of it"
    )
  }

  @Test("Sentences about a communicator name rank, collective and cause")
  func communicators() {
    let sentences: [(CommunicatorError.Reason, String)] = [
      (.rankFailed(rank: 1, message: "no such tensor 'wte'"), "rank 1 failed: no such tensor 'wte'"),
      (.rankReturned(rank: 1), "rank 1 has already returned"),
      (
        .disagreement(.init(rank: 0, "barrier 'end'"), .init(rank: 1, "allReduce 'loss' of [2, 3]")),
        "the ranks disagree: rank 0 is in barrier 'end', rank 1 in allReduce 'loss' of [2, 3]"
      ),
      (.timedOut(seconds: 0.2, missing: ["rank 1", "rank 2"]), "waited 0.2 s for rank 1 and rank 2"),
      (.transport("MPI_Isend failed"), "MPI_Isend failed"),
    ]
    for (reason, sentence) in sentences {
      let error = CommunicatorError(Collective(.barrier, named: "end"), rank: 0, reason: reason)
      #expect(error.description == "rank 0 cannot finish barrier 'end': \(sentence)")
    }
  }

  @Test("The sentence about a mesh of processes says how to start one")
  func processes() {
    let (mesh, two) = (
      Mesh(batch: 2, shard: 2),
      LaunchPlace(launcher: .openMPI, rank: 1, count: 2, localRank: 1, localCount: 2, hosts: 1)
    )
    let start = "start it with 'mpirun -n 4' or 'srun -n 4 --mpi=pmix'"
    let sentences: [(ProcessMeshError.Kind, String)] = [
      (
        .otherRankCount(mesh: mesh, .alone),
        "a mesh of 2×2 (batch × shard) needs 4 ranks, no launcher started them: \(start)"
      ),
      (
        .otherRankCount(mesh: mesh, two),
        "a mesh of 2×2 (batch × shard) needs 4 ranks, the launcher started 2 of them: \(start)"
      ),
      (
        .otherPlace(two, rank: 0, size: 1),
        "the launcher says that this is rank 1 of 2, MPI that it is rank 0 of 1: start it with the 'mpirun' of the MPI that it was built with, or with 'srun --mpi=pmix'"
      ),
      (
        .needsMPI(ranks: 2),
        "this build runs as one process, the launcher started 2: build it with 'swift build --traits MPI'"
      ),
      (.transport(reason: "MPI_Finalize failed with code 16"), "MPI_Finalize failed with code 16"),
    ]
    for (kind, sentence) in sentences { #expect(ProcessMeshError(kind).description == sentence) }
  }
}

/// The rules of a GPT.
private enum GPTRules {
  static let rules = ShardingRules([
    (.vocab, nil), (.embed, nil), (.embedFF, .shard), (.embedOut, .shard), (.attention, .shard),
  ])
}
