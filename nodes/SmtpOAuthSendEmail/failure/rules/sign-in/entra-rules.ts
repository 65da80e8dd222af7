import type { FailureDraft } from '../../model/failure';
import { MINUTE_MS } from '../../catalogue/catalogue-entry';
import { CORRECT_PLATFORM, ENTRA_TEXTS as text, RENEW_CONNECTION } from './entra-texts';

/** What numbers of Microsoft's sign-in service mean. */
export interface EntraRule {
	/** Single numbers, and ranges of numbers with both ends. */
	readonly codes: ReadonlyArray<number | readonly [number, number]>;
	/** Words of the answer, where a number has several meanings. */
	readonly phrase?: RegExp;
	/** Where a person has connected. */
	readonly user: FailureDraft;
	/** Where an application signs in by itself, if it is something else there. */
	readonly application?: FailureDraft;
}

/**
 * Numbers that mean something of their own; the first row that holds a number decides. They say
 * more than the OAuth error beside them, which for one number is not always the same.
 *
 * Source: "Microsoft Entra authentication and authorization error codes"
 * (https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes, November 2026).
 * 1002012: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
 * The wait after 50053: https://learn.microsoft.com/en-us/azure/hdinsight/domain-joined/domain-joined-authentication-issues.
 * 900023, 700024 and 7000229 word for word in the reports that test/fixtures/oauth-errors.json names.
 */
export const ENTRA_EXCEPTIONS: readonly EntraRule[] = [
	{ codes: [70000], phrase: /service abuse/i, user: text.ABUSE },
	{ codes: [50055, 50126, 50132, 50133, 50135, 50142, 50144, 50056], user: text.PASSWORD },
	{ codes: [50072, 50074, 50076, 50078, 50079, 50158, 500121], user: text.MULTIFACTOR },
	{ codes: [16000, 16003, 50014, 50020, 50034, 51004, 90072, 500208], user: text.OTHER_TENANT },
	{
		codes: [70043, 70044],
		user: {
			code: 'RECONNECT_REQUIRED',
			message: 'A sign-in frequency policy of the organization has ended the connection of {user}.',
			remedy: `${RENEW_CONNECTION} It ends again after the same time unless an admin excludes {user} or the app: entra.microsoft.com → Entra ID → Conditional Access → Policies → the policy → Session → Sign-in frequency.`,
		},
	},
	{
		codes: [700084],
		user: {
			code: 'RECONNECT_REQUIRED',
			message:
				'The app is registered as a single-page application, whose connections end after a day.',
			remedy: CORRECT_PLATFORM,
			cause: 'configuration-invalid',
		},
	},
	{
		codes: [50053],
		user: {
			code: 'ACCOUNT_BLOCKED',
			message:
				'Microsoft has locked the sign-in of {user}: too many failed attempts, or it came from an address with malicious activity.',
			remedy:
				'Wait half an hour and find the program that tries a wrong password. An admin sees the reason at entra.microsoft.com → Entra ID → Monitoring & health → Sign-in logs, error code 50053.',
			retryable: true,
			retryAfterMs: 30 * MINUTE_MS,
		},
	},
	{ codes: [50057, 50064, 500341, 500342, 500571], user: text.ACCOUNT_OFF },
	{
		codes: [50005, 50097, 50127, 50129, 50131, 50155, 500021, 500022, 500212, 500213, 700003],
		user: text.POLICY,
	},
	{
		codes: [50105],
		user: {
			code: 'PERMISSION_MISSING',
			message: 'The organization requires that users are assigned to the app, and {user} is not.',
			remedy:
				'An admin assigns the user: entra.microsoft.com → Enterprise apps → the app → Users and groups → Add user/group. Then connect again.',
		},
	},
	{ codes: [90008, 90094, 90095, 90099], user: text.NO_CONSENT },
	{ codes: [500014], user: text.RESOURCE_OFF },
	{ codes: [500011, 50001, 50002, 650052, 650054], user: text.NO_SUCH_SERVICE },
	{ codes: [28002, 28003, 70011, 650053, 650057, 700022, 700023], user: text.WRONG_SCOPE },
	{
		codes: [1002012],
		user: {
			code: 'PERMISSION_MISSING',
			message:
				'An application that signs in by itself must ask for a scope that ends in /.default.',
			remedy:
				'With the provider Custom, set OAuth Scopes to https://outlook.office365.com/.default, then connect again.',
		},
	},
	{ codes: [7000229], user: text.CONSENT_IN_TENANT, application: text.CONSENT_IN_TENANT },
	{ codes: [700011, 700016], user: text.UNKNOWN_APP, application: text.APPLICATION_UNKNOWN },
	{ codes: [70001, 7000112], user: text.DISABLED_APP },
	{ codes: [70002, 7000215], user: text.SECRET },
	{ codes: [7000222], user: { ...text.SECRET, message: 'The Client Secret has expired.' } },
	{
		codes: [7000216, 7000218],
		user: {
			...text.SECRET,
			message: 'Microsoft asks for a Client Secret, and the credential sends none.',
		},
	},
	{
		codes: [700025],
		user: {
			code: 'CLIENT_REJECTED',
			message: 'The app is registered as a public client, which may not send a Client Secret.',
			remedy: CORRECT_PLATFORM,
		},
	},
	{ codes: [700024], user: text.REQUEST_FAULT, application: text.CLOCK },
	{
		codes: [50012, 50013, 50027, 700021, 700027, 700030],
		user: text.CERTIFICATE,
		application: text.APPLICATION_CERTIFICATE,
	},
	{ codes: [90002, 900023, 50059], user: text.TENANT_UNKNOWN },
	{
		codes: [50194, 90124, 90130, 9001023],
		user: text.TENANT_NEEDED,
		application: text.TENANT_UNKNOWN,
	},
	{ codes: [9002331, 9002332, 9002346, [500202, 500207]], user: text.WRONG_ACCOUNT_TYPE },
	{ codes: [50011, 500113, 900971], user: text.REDIRECT },
	{
		codes: [50000, 50033, 50196, 50199, 70012, 90006, 90012, 90024, 90033, 90055, 90090],
		user: text.BUSY,
	},
	{ codes: [54005, 90056], user: text.ENDED },
];

/**
 * Families of numbers, for those that have no row of their own; the first range that holds a number
 * decides.
 */
export const ENTRA_FAMILIES: readonly EntraRule[] = [
	{ codes: [[16_000, 16_999]], user: text.ENDED },
	{
		codes: [
			[40_000, 40_999],
			[80_000, 81_999],
		],
		user: text.ON_PREMISES,
	},
	{
		codes: [
			[50_070, 50_079],
			[500_120, 500_129],
		],
		user: text.MULTIFACTOR,
	},
	{
		codes: [
			[53_000, 54_999],
			[530_000, 549_999],
		],
		user: text.POLICY,
		application: text.APPLICATION_POLICY,
	},
	{
		codes: [
			[65_000, 65_999],
			[650_000, 659_999],
		],
		user: text.NO_CONSENT,
	},
	{
		codes: [
			[70_000, 70_008],
			[50_080, 50_089],
			[50_170, 50_179],
			[700_080, 700_089],
		],
		user: text.ENDED,
	},
	{
		codes: [
			[70_009, 70_099],
			[7_000_000, 7_009_999],
			[700_000, 700_999],
		],
		user: text.APP_SETUP,
	},
	{ codes: [[9_000_000, 9_099_999]], user: text.APP_SETUP },
	{
		codes: [
			[90_000, 90_999],
			[900_000, 909_999],
		],
		user: text.REQUEST_FAULT,
	},
];
