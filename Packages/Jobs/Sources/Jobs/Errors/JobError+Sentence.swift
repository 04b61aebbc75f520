import Basics

extension JobError {
  public var description: String {
    switch kind {
    case .unknownName(let what, let name, let nearest, let notSearched):
      "unknown \(what) '\(name)'\(suggestion(nearest))\(Self.unsearched(notSearched))"
    case .unknownTopic(let name, let nearest):
      "no command or setting is named '\(name)'\(suggestion(nearest))"
    case .unknownCheckpoint(let job, let suffix, let nearest, let known):
      "job '\(job)' has no checkpoint '\(suffix)'\(Self.list(known))\(suggestion(nearest))"
    case .unknownRun(let word, let root, let nearest):
      "no run is called '\(word)' below '\(root)', and no folder of results is there\(suggestion(nearest))"
    case .severalRuns(let word, let runs):
      "'\(word)' stands for several runs: \(Self.some(runs)); name one of them in full"
    case .folderName(let role, let name):
      "\(role) '\(name)' cannot name a folder: it must be one path component without control characters"
    case .sameName(let name): "two evaluations are named '\(name)'; results are kept by name"
    case .registration(let what, let name, let problem): problem.sentence(of: what, name)
    case .noContext: "a job must be made within a Configurate context"
    case .abstract(let type, let task): "\(type) does not say what to \(task)"
    case .setting, .negative, .emptySetting, .otherSetting, .blockSize, .indivisible, .noEvaluations,
      .noModel, .unfit, .twoModels, .option, .sharded, .served, .noTasks, .openFiles, .memoryLimit:
      requestSentence
    case .notFinite, .recordedNotFinite, .busy, .stopped, .otherData, .otherTrainingData, .otherTokenizer,
      .incomparable, .noSample, .differingResponses, .differingProducts, .findings, .unfinishedRun:
      runSentence
    case .other(_, let sentence): sentence
    default: fileSentence
    }
  }

  private var requestSentence: String {
    switch kind {
    case .noEvaluations:
      "there is nothing to evaluate: name evaluations with --tasks A,B or the setting 'eval/evaluations'"
    case .noModel(let type): "\(type) has no model; name a checkpoint with --restore CKPT"
    case .unfit(let job, let misfit): misfit.sentence(of: job)
    case .twoModels(let one, let other): "\(one) and \(other) both name a model; give one of them"
    case .option(let name, let fault): "\(name) \(fault.clause)"
    case .setting(let key, let expected, let found):
      "\(key) must be \(expected)\(found.map { ", found \($0)" } ?? "")"
    case .negative(let key, let found): "\(key) must not be negative, found \(found)"
    case .emptySetting(let key, let expected): "\(key) must name \(expected)"
    case .blockSize(let found, let most):
      "architecture/block_size is \(found), but the model reads at most \(most) tokens"
    case .otherSetting(let key, let before, let now):
      "setting '\(key)' is \(Self.quoted(now)), but the run that is resumed has \(Self.quoted(before)); resume it as it began, or choose another --name"
    case .indivisible(let shardInto, let devices):
      "shardInto must divide devices, which is \(devices), found \(shardInto)"
    case .sharded(.forward, let shards):
      "forward needs the whole model, and this one lies on \(shards) shards; ask it by rollout"
    case .sharded(.training, let shards):
      "a trainer needs the whole model on every rank: its parameters cannot be cut into \(shards) shards"
    case .served: "the model is held by a server, which 'run' can ask; give one that is loaded"
    case .noTasks(let command, let model): "'\(command)' needs --tasks to run the model '\(model)'"
    case .openFiles(let found, let needed):
      "the system lets this process open \(found) more files, and it needs \(needed); see 'ulimit -n'"
    case .memoryLimit(.addressSpace, let found, let needed):
      "the system lets this process have \(found >> 20) MiB of address space, and its threads find less than \(needed >> 20) MiB free in it; see 'ulimit -v'"
    case .memoryLimit(.stack, let found, let needed):
      "the system gives each thread a stack of \(found >> 10) KiB, and it needs \(needed >> 10) KiB; see 'ulimit -s'"
    default: ""
    }
  }

  private var runSentence: String {
    switch kind {
    case .notFinite(let output): output.description
    case .recordedNotFinite(let path, let line):
      "line \(line) of '\(path)' has a score that is not a number; run the evaluations again"
    case .busy(let job):
      "another run of '\(job)' is at work; try again when it has ended, or choose another --name"
    case .stopped(let update, let total):
      "stopped after update \(update) of \(total); the same command with --resume resumes the run"
    case .unfinishedRun(let run, let isAtWork):
      isAtWork
        ? "run '\(run)' is still at work; try again when it has ended"
        : "run '\(run)' was stopped before it had results; the same command goes on where it was"
    case .otherData(let rank, let what?):
      "rank \(rank) has other \(what) than rank 0: all hosts must hold the same files under the same names"
    case .otherData(let rank, nil):
      "rank \(rank) asks other requests than rank 0: its data, tasks or tokenizer are not the same"
    case .otherTrainingData(let checkpoint):
      "the data of training/dataset are not those that the run began with; '\(checkpoint)' knows others"
    case .otherTokenizer(let path, let expected, let found):
      "the run in '\(path)' used tokenizer '\(expected)', this one is '\(found)'"
    case .incomparable(let reason): reason.sentence
    case .noSample(let document): "the run has no sample of document \(document)"
    case .differingProducts: "products differ from those of OpenBLAS by more than both may be off"
    case .differingResponses(let ways):
      "answers depend on how they are computed: \(ways.joined(separator: ", "))"
    case .findings(let count, let faulty, let files, _):
      "\(count) finding\(count == 1 ? "" : "s") in \(faulty) of \(files) file\(files == 1 ? "" : "s")"
    default: ""
    }
  }

  private var fileSentence: String {
    switch kind {
    case .unwritable(let path, let reason): "cannot write '\(path)': \(reason)"
    case .lostEvents(let path, let reason):
      "events are missing in '\(path)': \(reason); the run itself is complete"
    case .folder(let path, false, let reason, _): "cannot create '\(path)': \(reason)"
    case .folder(let path, true, let reason, let isThere):
      "cannot \(isThere ? "write to" : "create") the results folder '\(path)': \(reason)"
    case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
    case .missingFile(let path, let file): file.sentence(path)
    case .malformedFile(let path, let malformation): malformation.sentence(path)
    case .emptyCorpus: "data/dataset holds nothing to train on"
    case .occupied(let path, let what): what.sentence(path)
    case .notResults(let path): "'\(path)' is no folder of results, which is ROOT/results/PROJECT/GROUP/NAME"
    case .unwrittenCheckpoint(let suffix): "the first rank cannot write checkpoint '\(suffix)'"
    case .ending(let path, let found, let expected): "'\(path)' ends in '\(found)'; \(expected)"
    case .exportedTokenizer(let backend):
      "tokenizer '\(backend)' has no form that Hugging Face's libraries read; 'bytes' and 'huggingface' have one"
    case .untrainable(let path): "'\(path)' is no folder of the Hub; only such a backbone can be trained"
    default: ""
    }
  }

  private static func list(_ known: [String]) -> String {
    known.isEmpty ? "; it has none" : "; it has \(quotedList(known))"
  }

  /// The first of many.
  private static func some(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }

  private static func unsearched(_ files: [String]) -> String {
    guard let first = files.first else { return "" }
    return "; not searched: \(first)" + (files.count > 1 ? ", and \(files.count - 1) more" : "")
  }

  private static func quoted(_ value: String?) -> String { value.map { "'\($0)'" } ?? "not given" }
}

extension JobError.RegistrationProblem {
  fileprivate func sentence(of what: String, _ name: String) -> String {
    switch self {
    case .twice: "\(what) '\(name)' is registered twice"
    case .ending(let ending): "\(what) '\(name)' must have a key that ends in '\(ending)'"
    case .otherName(let known):
      "\(what) '\(name)' is an architecture of another name, expected one of \(known.joined(separator: ", "))"
    case .refused(let error): "\(error)"
    }
  }
}

extension JobError.Misfit {
  fileprivate func sentence(of job: String) -> String {
    switch self {
    case .runsNoEvaluations: "job '\(job)' runs no evaluations; see 'evaluate list jobs'"
    case .takesNoCheckpoint: "job '\(job)' takes no checkpoint; leave out --restore"
    case .needsCheckpoint:
      "job '\(job)' needs a checkpoint; name one with --restore CKPT, or a model with --backbone MODEL"
    case .takesNoBackbone: "job '\(job)' takes no backbone; name a checkpoint with --restore CKPT"
    case .resumesNothing: "job '\(job)' has no checkpoints to resume from; leave out --resume"
    case .usesOneRank: "job '\(job)' has no model to replicate; leave out --devices"
    case .needsServer: "job '\(job)' needs a server: give --backbone openai:URL#MODEL"
    case .showsNoModel: "job '\(job)' has no model that could be looked at"
    case .answersNoClients: "job '\(job)' has no model that answers; see 'evaluate list jobs'"
    }
  }
}

extension JobError.MissingFile {
  fileprivate func sentence(_ path: String) -> String {
    switch self {
    case .results: "there are no results '\(path)'"
    case .samples: "there are no samples '\(path)'; run the evaluations again to have them"
    case .baseline: "there is no baseline '\(path)'; 'evaluate gate RUN --save-baseline FILE' makes one"
    case .divergence: "there is no file '\(path)'; 'evaluate diff --json' prints what it should hold"
    case .record: "there is no '\(path)', which a finished run leaves"
    case .text: "no text file '\(path)' to evaluate"
    case .weights(let nearest): "no file or folder '\(path)'\(suggestion(nearest))"
    case .tokenizer: "no tokenizer '\(path)' to export with the model"
    case .corpus: "there is no file '\(path)' in data/dataset"
    case .python(.option): "no program '\(path)' for --python"
    case .python(.variable(let name)): "no program '\(path)' of \(name)"
    case .python(.code): "no program '\(path)' for --allow-code, which runs Python"
    case .key: "no file '\(path)' for --api-key-file"
    case .datasets: "there is no folder of data sets '\(path)'"
    }
  }
}

extension JobError.Malformation {
  fileprivate func sentence(_ path: String) -> String {
    switch self {
    case .noResults: "'\(path)' is no results file, or one of another version"
    case .noDivergence: "'\(path)' is not what 'evaluate diff --json' prints"
    case .noSample(let line): "line \(line) of '\(path)' is no sample of an evaluation"
    case .contradiction(let line, let contradiction):
      "line \(line) of '\(path)' contradicts itself: \(contradiction.sentence)"
    case .noBaseline(nil): "'\(path)' is no baseline of a gate, or one of another version"
    case .noBaseline(let task?):
      "baseline '\(path)', evaluation '\(task)': digests, scores and documents are not as many as 'count' states, or no numbers"
    case .noResponse:
      "the samples in '\(path)' do not answer all that is asked now; run the evaluations again"
    case .notUTF8: "'\(path)' is not UTF-8 text"
    case .noSettingsObject: "file '\(path)': expected a JSON object"
    case .noKey: "file '\(path)' must hold one key on one line"
    case .empty: "'\(path)' is empty: there is nothing to score"
    case .noJSON(let error): "file '\(path)': \(error)"
    case .value(let key, let expected, let found):
      "file '\(path)': '\(key)' must be \(expected), found \(found)"
    case .noField(let name, let place, let nearest):
      "\(place): no field '\(name)', which data/field names\(suggestion(nearest))"
    case .field(let name, let place): "\(place): field '\(name)' must be text"
    case .noBackbone(let missing): "'\(path)' holds no backbone: it has no '\(missing)'"
    case .unnamed(let parameter):
      "'\(path)' does not say what parameter '\(parameter)' is called elsewhere"
    case .noObject(let file): "'\(path)': its '\(file)' is no JSON object"
    case .noGPT(let missing): "'\(path)' holds no GPT: parameter '\(missing)' is missing"
    case .noSettings(.exporting):
      "'\(path)' has no settings, which would name the model that it holds"
    case .noSettings(.resuming): "'\(path)' has no settings to resume with"
    case .noState: "'\(path)' has no state to resume from; begin a run with its weights by --restore"
    }
  }
}

extension JobError.Occupied {
  fileprivate func sentence(_ path: String) -> String {
    switch self {
    case .otherData:
      "'\(path)' is there already and was made in another way; remove it, or choose another --name"
    case .folder: "'\(path)' exists and is not empty; name a folder that is not there yet"
    case .checkpoints(let job, let example):
      "there are checkpoints of a run '\(job)' already, such as '\(example)'; resume it with --resume, or choose another --name"
    }
  }
}

extension JobError.Incomparable {
  fileprivate var sentence: String {
    switch self {
    case .noCommonEvaluation(let first, let second, let there, let here):
      "'\(first)' and '\(second)' have no evaluation in common: \(there.joined(separator: ", ")) there, \(here.joined(separator: ", ")) here"
    case .noCommonDocument(let evaluation):
      "evaluation '\(evaluation)': the runs have no document in common"
    case .otherTarget(let evaluation, let document, let one, let other):
      "evaluation '\(evaluation)', document \(document): the target is \(one) in one run and \(other) in the other, so they are not the same documents"
    case .otherPrompt(let evaluation, let document):
      "evaluation '\(evaluation)', document \(document): the runs asked in other words or hold another answer right, so they cannot be compared; make both under the same task files and settings"
    case .otherMetric(let evaluation, let there, let here):
      "evaluation '\(evaluation)': one run measures '\(there)', the other '\(here)'"
    case .otherSetting(let name, let there, let here):
      "the runs were made with other settings: \(name) is \(there) in one and \(here) in the other"
    case .noDocumentScore(let evaluation, let metric):
      "evaluation '\(evaluation)': the metric '\(metric)' is of all documents together and has no score of each; leave the evaluation out with --tasks"
    case .noDocuments(let evaluation): "evaluation '\(evaluation)': the run has no documents"
    case .notFinite(let evaluation, let document):
      "evaluation '\(evaluation)', document \(document): the score is not a number"
    case .unboundedScores(let evaluation, let metric, let option):
      "evaluation '\(evaluation)': \(option) needs scores between 0 and 1, and '\(metric)' has others; leave the option out, or the evaluation with --tasks"
    }
  }
}

extension JobError.OptionFault {
  fileprivate var clause: String {
    switch self {
    case .isFor(let purpose, let reason): "is for \(purpose)" + (reason.map { ": \($0)" } ?? "")
    case .noEvaluations(.noneNamed): "is for evaluations, and none are named; name them with --tasks"
    case .noEvaluations(.off(let key)): "is for evaluations, and '\(key)' is false, so that none are run"
    case .noEvaluations(.noValidation(let key, let interval)):
      "is for evaluations, which follow validations, and '\(key)' is \(interval), so that none are run"
    case .launched(let launcher, let count):
      "makes ranks of threads, but \(launcher) has started \(count) processes; leave one out"
    case .needs(let option, let what): "needs \(option) with \(what)"
    case .ranks(let count):
      "\(count) needs as many ranks: give --devices \(count), or start processes with mpirun or srun"
    }
  }
}
