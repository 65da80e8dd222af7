import type { INodeExecutionData } from 'n8n-workflow';
import { isObject } from '../../untrusted/read-property';

/** Fields of an earlier question's answer, which must not be taken for an answer to this question. */
const EARLIER_ANSWER = ['approved', 'respondedBy'];

/**
 * What the node puts out when the time is over: its input item with the mark in its `data`, without
 * the answer to a question before.
 *
 * @param isReview as n8n's human review tool: there the item is made of what a language model wrote,
 * which could approve by itself
 */
export function timedOutItem(
	{ json, ...rest }: INodeExecutionData,
	isReview: boolean,
): INodeExecutionData {
	const mark = { timedOut: true, respondedAt: null };
	if (isReview) return { json: { data: mark }, pairedItem: { item: 0 } };
	const { data } = json;
	const own = isObject(data)
		? Object.fromEntries(Object.entries(data).filter(([name]) => !EARLIER_ANSWER.includes(name)))
		: {};
	return { ...rest, json: { ...json, data: { ...own, ...mark } }, pairedItem: { item: 0 } };
}
