import EvaluateProgram

EvaluateCommand.main()
