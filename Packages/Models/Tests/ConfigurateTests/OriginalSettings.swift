import Configurate

// The original system's declarations, as far as its evaluation and pretraining jobs need them: one struct for each of
// its classes, keys and defaults as its documentation lists them.

enum Precision: String, CaseIterable, SettingValue { case float32, bfloat16, float16 }

struct ModuleTypes: Settings {
  @Setting("architecture/dtype/param") var parameters = Precision.float32
  @Setting("architecture/dtype/activation") var activations = Precision.bfloat16
}

struct GPTSettings: Settings {
  var types = ModuleTypes()
  @Setting("architecture/n_layers") var layers = 32
  @Setting("architecture/n_embd") var width = 2048
  @Setting("architecture/rope") var rope = true
  @Setting("architecture/block_size") var blockSize = 512
  @Setting("architecture/dropout") var dropout = 0.0
  @Setting("architecture/vocab_size") var vocabularySize = 100_288
}

struct AttentionSettings: Settings {
  var types = ModuleTypes()
  @Setting("architecture/n_embd") var width = 2048
  @Setting("architecture/n_layers") var layers = 32
  @Setting("architecture/n_head") var heads = 16
  @Setting("architecture/dropout") var dropout = 0.0
  @Setting("architecture/block_size") var blockSize = 512
  @Setting("architecture/bias") var bias = true
}

struct LayerNormSettings: Settings {
  @Setting("architecture/n_embd") var width = 2048
  @Setting("architecture/bias") var bias = true
  @Setting("architecture/layer_norm_eps") var epsilon = 1e-5
}

struct MLPSettings: Settings {
  @Setting("architecture/n_embd") var width = 2048
  @Setting("architecture/intermediate_size") var hidden = -1
  @Setting("architecture/bias") var bias = true
}

struct EvaluatorSettings: Settings {
  @Setting("eval/evaluations") var evaluations: [String]
  @Setting("eval/length") var length = -1
}

struct TokenizerSettings: Settings {
  @Setting("tokenizer/backend") var backend = "tiktoken"
  @Setting("tokenizer/name") var name = "cl100k_base"
  @Setting("tokenizer/huggingface/use_fast") var usesFast = true
  @Setting("tokenizer/huggingface/use_remote_code") var usesRemoteCode = false
}

struct BackboneSettings: Settings {
  var types = ModuleTypes()
  @Setting("architecture/backbone/implementation") var implementation: String
  @Setting("architecture/backbone/weights") var weights: String
  @Setting("architecture/block_size") var blockSize = 512
  @Setting("training/per_device_batch_size") var batchSize = 1
}

struct DatasetSource: SettingRecord {
  @Setting("name") var name = "fineweb"
  @Setting("rate") var rate = 1.0
  @Setting("style") var style = "PMD"
  @Setting("suffix") var suffix = ""
}

struct TrainerSettings: Settings {
  @Setting("training/batch_size") var batchSize = 512
  @Setting("training/per_device_batch_size") var perDeviceBatchSize = -1
  @Setting("training/tokens") var tokens = 1_000_000_000
  @Setting("training/validation") var validates = true
  @Setting("training/evaluate") var evaluates = true
  @Setting("training/validation_steps") var validationSequences = 2048
  @Setting("training/dataset") var dataset = [DatasetSource()]
  @Setting("training/warmup_pct") var unusedWarmup = 0.01
  @Setting("training/decay_pct") var unusedDecay = 0.1
  @Setting("logging/report_interval") var reportInterval = 32
  @Setting("logging/checkpoint_interval") var checkpointInterval = 1024
  @Setting("logging/validation_interval") var validationInterval = 512
  @Setting("logging/wandb") var logsToService = false
  @Setting("logging/plots/save") var savesPlots = false
  @Setting("optimization/lr") var rate = 3e-4
  @Setting("eval/evaluations") var evaluations: [String] = []
}

struct AdamWSettings: Settings {
  @Setting("optimization/beta1") var beta1 = 0.9
  @Setting("optimization/beta2") var beta2 = 0.95
  @Setting("optimization/weight_decay") var weightDecay = 0.1
}

struct WSDSettings: Settings {
  @Setting("optimization/warmup_pct") var warmup = 0.005
  @Setting("optimization/decay_pct") var decay = 0.01
}

struct WSDSSettings: Settings {
  @Setting("optimization/warmup_pct") var warmup = 0.01
  @Setting("optimization/decay_pct") var decay = 0.01
  @Setting("optimization/constant_pct") var constant = 0.5
}

let gptFamily: [any Settings.Type] = [
  GPTSettings.self, AttentionSettings.self, LayerNormSettings.self, MLPSettings.self,
]
