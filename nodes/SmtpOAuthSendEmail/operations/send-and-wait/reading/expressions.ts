import type { IExecuteFunctions } from 'n8n-workflow';
import { asText, refuseExpression } from '../../shared/parameters/parameter-reader';

const EXPRESSION = /\{\{[\s\S]*?\}\}/g;

/** A value as it stands in a text: objects as JSON. */
function asPiece(value: unknown): string {
	if (typeof value === 'string') return value;
	if (value === undefined || value === null) return '';
	return typeof value === 'object' ? JSON.stringify(value) : asText({ label: '', value });
}

/**
 * Fills in the expressions of a text that n8n hands over as it was written: of HTML in forms, which
 * n8n's own nodes fill in without an `=` before it, and of JSON, where objects become JSON.
 *
 * @throws ParameterError when an expression fails
 */
export function fillExpressions(
	functions: Pick<IExecuteFunctions, 'evaluateExpression'>,
	label: string,
	text: string,
): string {
	return text.replace(EXPRESSION, (expression) => {
		try {
			const value: unknown = functions.evaluateExpression(expression, 0);
			return asPiece(value);
		} catch (error: unknown) {
			return refuseExpression(label, error);
		}
	});
}
