public import Basics
public import Models

/// Why a job cannot run or finish: facts, and one sentence of them.
public struct JobError: ReportableError, Equatable {
  /// What has failed.
  public enum Kind: Sendable, Equatable {
    // Names
    /// No job, evaluation or model has that name; `notSearched` are files that might have defined it.
    case unknownName(of: String, String, nearest: String?, notSearched: [String] = [])
    /// Help was asked for what is neither a command nor a setting.
    case unknownTopic(String, nearest: String?)
    /// A job has no checkpoint of that suffix.
    case unknownCheckpoint(job: String, suffix: String, nearest: String?, known: [String])
    /// No run is called that: neither by its folder, nor by id or name below the root.
    case unknownRun(String, root: String, nearest: String?)
    /// Several runs are called that.
    case severalRuns(String, [String])
    /// A part of a job's name that cannot name a folder.
    case folderName(role: String, String)
    /// Two evaluations of a run have one name.
    case sameName(evaluation: String)

    // Registration, which is the fault of a program
    case registration(of: String, String, RegistrationProblem)
    /// A job was made outside of a configuration.
    case noContext
    /// A class of jobs lacks what its base class leaves to it.
    case abstract(type: String, task: String)

    // What was asked for
    /// A job that evaluates was given nothing to evaluate.
    case noEvaluations
    /// A class of jobs was given no model.
    case noModel(of: String)
    /// What a job of this key cannot do, or needs.
    case unfit(job: String, Misfit)
    /// Two options that exclude each other.
    case twoModels(String, String)
    /// An option of the command line that would change nothing, or contradicts how ranks are started.
    case option(String, OptionFault)
    /// A setting has a value that it cannot have.
    case setting(key: String, expected: String, found: String?)
    /// A setting that must not be negative is.
    case negative(key: String, found: Int)
    /// A setting must have a value.
    case emptySetting(key: String, expected: String)
    /// A block that is longer than the model's.
    case blockSize(found: Int, most: Int)
    /// A setting of a run that is resumed is another.
    case otherSetting(key: String, expected: String?, found: String?)
    /// `shardInto` does not divide the ranks.
    case indivisible(shardInto: Int, devices: Int)
    /// What needs a whole model, and this one lies on several ranks.
    case sharded(WholeModelTask, shards: Int)
    /// What needs a model in this process, and it is held by a server.
    case served
    /// A command was given a model and nothing to ask it.
    case noTasks(command: String, model: String)
    /// A process may open fewer files than the program needs.
    case openFiles(found: Int, needed: Int)
    /// A process may have less address space, or smaller stacks, than the program needs, in bytes.
    case memoryLimit(MemoryLimit, found: Int, needed: Int)

    // Files
    /// A file or folder cannot be written.
    case unwritable(path: String, reason: String)
    /// A run is done, and the file of its events lacks those since one could not be written.
    case lostEvents(path: String, reason: String)
    /// A folder cannot be made, or written to; `isResults` for the folder of a job's results.
    case folder(path: String, isResults: Bool, reason: String, isThere: Bool)
    /// A file is there and cannot be read.
    case unreadable(path: String, reason: String)
    /// A file is not there.
    case missingFile(path: String, MissingFile)
    /// A file does not hold what it should.
    case malformedFile(path: String, Malformation)
    /// The files of `data/dataset` hold no text.
    case emptyCorpus
    /// A path where something is that must not be overwritten.
    case occupied(path: String, Occupied)
    /// A folder that is not where results are kept.
    case notResults(path: String)
    /// A checkpoint that the first rank could not write, as another rank learns.
    case unwrittenCheckpoint(suffix: String)
    /// A file whose name ends as none that is read.
    case ending(path: String, found: String, expected: String)
    /// A tokenizer without a form in which it could be exported.
    case exportedTokenizer(backend: String)
    /// A backbone that is no folder of the Hub, which it must be to be trained.
    case untrainable(path: String)

    // Runs
    /// A run that has no results, or not yet.
    case unfinishedRun(String, isAtWork: Bool)
    /// A model's output is not a number where a score is computed.
    case notFinite(NonFiniteOutput)
    /// A recorded score is not a number.
    case recordedNotFinite(path: String, line: Int)
    /// Another run of the same name is at work.
    case busy(job: String)
    /// A training was asked to stop, and has.
    case stopped(update: Int, of: Int)
    /// A rank has other data than the first; `what` names them, `nil` for its requests.
    case otherData(rank: Int, what: String?)
    /// The data of a training are not those with which it began.
    case otherTrainingData(checkpoint: String)
    /// The tokenizer of a run is not that of its recorded responses.
    case otherTokenizer(path: String, expected: String, found: String)
    /// Two runs that cannot be compared.
    case incomparable(Incomparable)
    /// A run that has no sample of a document, counted from 0.
    case noSample(document: Int)
    /// Products that differ from those of OpenBLAS by more than both may be off.
    case differingProducts
    /// Ways of computing that do not give the same responses.
    case differingResponses([String])
    /// What is wrong with task files, in numbers.
    case findings(Int, faulty: Int, files: Int, areMissing: Bool)

    /// What a job of another package throws in words of its own.
    case other(Fault, String)
  }

  public let kind: Kind

  public init(_ kind: Kind) { self.kind = kind }

  /// An error of a job of another package, in words of its own.
  public init(_ fault: Fault, _ description: String) { kind = .other(fault, description) }
}

extension JobError {
  /// What the system limits.
  public enum MemoryLimit: Sendable, Equatable {
    /// What may be added to the address space that the program takes itself.
    case addressSpace
    /// The stack of each thread.
    case stack
  }

  /// What is wrong with the name under which something is registered.
  public enum RegistrationProblem: Sendable, Equatable {
    case twice
    /// The name does not end as names of its kind do.
    case ending(String)
    /// None of an architecture's own names.
    case otherName(known: [String])
    /// The models refuse the architecture.
    case refused(ModelError)
  }

  /// Why an option cannot stand where it does.
  public enum OptionFault: Sendable, Equatable {
    /// It is for something else than what is run; why what is run has no use for it, as a clause.
    case isFor(String, because: String? = nil)
    /// It is for evaluations, and none are run.
    case noEvaluations(Idleness)
    /// It makes ranks of threads, and a launcher has started processes.
    case launched(by: String, processes: Int)
    /// It needs as many ranks.
    case ranks(Int)
    /// It needs another option, and what that one names.
    case needs(option: String, String)
  }

  /// Why no evaluation is run.
  public enum Idleness: Sendable, Equatable {
    case noneNamed
    /// The setting of this key is false.
    case off(key: String)
    /// Evaluations follow validations, of which the setting of this key makes none.
    case noValidation(key: String, interval: Int)
  }

  /// What does not fit a job.
  public enum Misfit: Sendable, Equatable {
    case runsNoEvaluations, takesNoCheckpoint, needsCheckpoint, takesNoBackbone
    case showsNoModel, answersNoClients, resumesNothing, usesOneRank, needsServer
  }

  /// What needs the whole model on a rank.
  public enum WholeModelTask: Sendable, Equatable { case forward, training }

  /// What a file that is not there should have held.
  public enum MissingFile: Sendable, Equatable {
    case results, samples, baseline, divergence
    /// A file that each finished run leaves.
    case record
    case text
    case weights(nearest: String?)
    case tokenizer
    /// A text to train on.
    case corpus
    /// A Python, and what names or needs it.
    case python(PythonUse)
    /// The key of a server.
    case key
    /// The data sets of tasks, a folder.
    case datasets
  }

  /// Where a Python is named that is not there.
  public enum PythonUse: Sendable, Equatable {
    case option
    /// A variable of the environment.
    case variable(String)
    /// What `--allow-code` runs programs with.
    case code
  }

  /// How a file is not what it should be.
  public enum Malformation: Sendable, Equatable {
    case noResults
    /// A file that is not what a comparison of models printed.
    case noDivergence
    case noSample(line: Int)
    /// A sample whose parts cannot all be true.
    case contradiction(line: Int, SampleContradiction)
    /// A file that is no baseline of a gate, or the task whose members do not fit each other.
    case noBaseline(task: String?)
    /// Recorded responses that lack some of the requests.
    case noResponse
    case notUTF8
    /// A file of settings that is JSON and no object.
    case noSettingsObject
    /// A file that does not hold one key on one line.
    case noKey
    case empty
    case noJSON(JSONError)
    /// A value in JSON is not what it must be.
    case value(key: String, expected: String, found: String)
    /// A document without the field that `data/field` names; the place is a path and a line.
    case noField(String, place: String, nearest: String?)
    /// A document whose field is no text.
    case field(String, place: String)
    /// A checkpoint that lacks what a backbone needs.
    case noBackbone(missing: String)
    /// A checkpoint without the name that other programs give a parameter.
    case unnamed(parameter: String)
    /// A checkpoint whose file of that name is no JSON object.
    case noObject(file: String)
    /// A checkpoint that lacks a parameter of a GPT.
    case noGPT(missing: String)
    /// A checkpoint without settings, which exporting or resuming needs.
    case noSettings(Purpose)
    /// A checkpoint without a trainer's state.
    case noState

    public enum Purpose: Sendable, Equatable { case exporting, resuming }
  }

  /// What stands where something else was to be written.
  public enum Occupied: Sendable, Equatable {
    case otherData, folder
    /// Checkpoints of a job, and one of them.
    case checkpoints(job: String, example: String)
  }

  /// Why two runs cannot be compared.
  public enum Incomparable: Sendable, Equatable {
    case noCommonEvaluation(first: String, second: String, there: [String], here: [String])
    case noCommonDocument(evaluation: String)
    case otherTarget(evaluation: String, document: Int, String, String)
    /// A document that was not asked in the same words, or has another right answer.
    case otherPrompt(evaluation: String, document: Int)
    case otherMetric(evaluation: String, there: String, here: String)
    case otherSetting(String, there: String, here: String)
    /// A metric that is not a mean over documents.
    case noDocumentScore(evaluation: String, metric: String)
    case noDocuments(evaluation: String)
    case notFinite(evaluation: String, document: Int)
    /// Scores other than from 0 to 1, which an option needs.
    case unboundedScores(evaluation: String, metric: String, option: String)
  }
}
