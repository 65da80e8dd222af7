import { classifyFailure } from '../../../failure/classify';
import { describeFailure } from '../../../failure/describe-failure';
import type { FailureContext, Failure } from '../../../failure/model/failure';
import { ParameterError } from './parameter-reader';

/** Puts what was caught while an item was read into a failure: a wrong parameter as what it is. */
export function describeError(error: unknown, context: FailureContext): Failure {
	if (!(error instanceof ParameterError)) return classifyFailure(error, context);
	const { code, detail, remedy } = error.problem;
	return describeFailure({ code, detail, remedy }, context);
}
