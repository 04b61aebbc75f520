extension GGUFDialect {
  /// Adds the tensors of selective scans whose decays are those of channels: Mamba.
  ///
  /// - Parameter part: The part of a layer that is one.
  mutating func addScans(_ part: String) {
    addConvolutions(part)
    blockTensors.merge(["ssm_x": "\(part).x_proj", "ssm_dt": "\(part).dt_proj"]) { $1 }
    conversions["\(part)/A_log"] = .decay
  }

  /// Adds the tensors of selective scans whose decays are those of heads: Mamba 2.
  ///
  /// - Parameter part: The part of a layer that is one.
  mutating func addHeadedScans(_ part: String) {
    addConvolutions(part)
    blockTensors.merge(["ssm_dt.bias": "\(part).dt_bias", "ssm_norm": "\(part).norm"]) { $1 }
    conversions.merge([
      "\(part)/A_log": .foldedDecay, "\(part)/D": .folded, "\(part)/norm/weight": .folded,
    ]) { $1 }
  }

  private mutating func addConvolutions(_ part: String) {
    blockTensors.merge([
      "ssm_in": "\(part).in_proj", "ssm_conv1d": "\(part).conv1d", "ssm_a": "\(part).A_log",
      "ssm_d": "\(part).D", "ssm_out": "\(part).out_proj",
    ]) { $1 }
    conversions["\(part)/conv1d/weight"] = .squeezed
  }

  /// Settings of selective scans with heads, in the words of models that attend besides.
  static let scanSettings = [
    "ssm.conv_kernel": "mamba_d_conv", "ssm.inner_size": "mamba_d_ssm", "ssm.state_size": "mamba_d_state",
    "ssm.time_step_rank": "mamba_n_heads", "ssm.group_count": "mamba_n_groups",
  ]
}
