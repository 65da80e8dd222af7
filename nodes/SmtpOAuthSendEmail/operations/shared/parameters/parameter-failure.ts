import { classifyFailure, describeFault } from '../../../failure/classify';
import type { FaultContext, Failure } from '../../../failure/model/failure';
import { ParameterError } from './parameter-reader';

/** Puts what was caught while an item was read into a failure: a wrong parameter as what it is. */
export function describeError(error: unknown, context: FaultContext): Failure {
	if (!(error instanceof ParameterError)) return classifyFailure(error, context);
	const { code, detail, remedy } = error.problem;
	return describeFault({ code, detail, remedy }, context);
}
