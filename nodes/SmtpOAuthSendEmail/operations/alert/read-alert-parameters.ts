import type { IExecuteFunctions } from 'n8n-workflow';
import { SEVERITIES, type Severity } from '../../alerting/problems/alert-state';
import type { AlertLimits } from '../../alerting/problems/decide';
import { hasExpression } from '../../message/fields/pasted-text';
import { readLetterMail } from '../alerts/letter-mail';
import { warnOfFixed } from '../shared/parameters/warn-of-expressions';
import {
	asBoolean,
	asChoice,
	asInteger,
	asMinutes,
	asText,
	readValue,
	type NamedValue,
} from '../shared/parameters/parameter-reader';

/** Severities as syslog (RFC 5424 §6.2.1) and logging libraries call them. */
const SYNONYMS: ReadonlyMap<string, Severity> = new Map([
	['emergency', 'critical'],
	['emerg', 'critical'],
	['alert', 'critical'],
	['crit', 'critical'],
	['fatal', 'critical'],
	['err', 'error'],
	['warn', 'warning'],
	['notice', 'info'],
	['informational', 'info'],
	['debug', 'info'],
]);

type ParameterSource = Pick<IExecuteFunctions, 'getNodeParameter'>;

/** How a problem is counted. */
export interface AlertRule extends AlertLimits {
	readonly severity: Severity;
}

/** What an alert is made of besides the error. */
export type AlertParameters = ReturnType<typeof readAlertParameters>;

function readOption(
	functions: ParameterSource,
	itemIndex: number,
	name: string,
	label: string,
): NamedValue {
	return readValue(functions, `options.${name}`, `Options → ${label}`, itemIndex, '');
}

/**
 * Reads the user's own key of one item's problem; empty where there is none, or an expression as text:
 * it would make one problem of all.
 *
 * @throws ParameterError when the expression fails
 */
export function readGroupBy(functions: ParameterSource, itemIndex: number): string {
	const groupBy = asText(readOption(functions, itemIndex, 'groupBy', 'Group By')).trim();
	return hasExpression(groupBy) ? '' : groupBy;
}

/**
 * Reads how the problem of one item is counted.
 *
 * @throws ParameterError naming the parameter as the editor shows it
 */
export function readAlertRule(functions: ParameterSource, itemIndex: number): AlertRule {
	const { label, value } = readOption(functions, itemIndex, 'severity', 'Severity');
	// Expressions take it from systems that write it in capital letters or in words of their own.
	const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
	const severity = typeof word === 'string' ? (SYNONYMS.get(word) ?? word) : word;
	return {
		repeatAfterMs: asMinutes(
			readValue(functions, 'repeatAfterMinutes', 'Repeat After (Minutes)', itemIndex, ''),
			60,
		),
		maxPerHour: asInteger(readOption(functions, itemIndex, 'maxPerHour', 'Max Mails per Hour'), {
			min: 0,
			max: 1_000_000,
			fallback: 20,
		}),
		severity: asChoice({ label, value: severity }, SEVERITIES, 'error'),
	};
}

/**
 * Reads all that the mail of one item's problem needs, each expression once.
 *
 * @throws ParameterError naming the parameter as the editor shows it
 */
export function readAlertParameters(
	functions: ParameterSource & Pick<IExecuteFunctions, 'getNode'>,
	itemIndex: number,
) {
	const mail = readLetterMail(functions, itemIndex);
	const { option } = mail;
	const introduction = asText(option('introduction', 'Introduction'), 2);
	const isGroupByFixed = hasExpression(asText(option('groupBy', 'Group By')));
	const warnings = [
		...mail.warnings,
		...warnOfFixed('Options → Introduction', introduction),
		...(isGroupByFixed
			? [
					'"Options → Group By" holds an expression as text and is left out. Switch the field from Fixed to Expression.',
				]
			: []),
	];
	return {
		mail: { ...mail, warnings },
		introduction,
		includeInput: asBoolean(option('includeInput', 'Include Input'), false),
		includeStack: asBoolean(option('includeStack', 'Include Stack'), true),
	};
}
