import type { TokenExpectation } from '../../../../../credentials/providers/token-expectation';

/** The forms a claim may have to be shown: addresses and names, and nothing that reads as a text. */
const SHAPES = {
	/** A URI or an ID. */
	audience: /^(?:(?:https?|api):\/\/[\w.:/-]{1,100}|[0-9a-f-]{36})$/,
	/** A permission or an organization's ID. */
	name: /^[\w.-]{1,60}$/,
	/** An address. */
	user: /^[\p{L}\p{N}_.!#$%&'*+/=?^|~-]{1,64}@[\p{L}\p{N}.-]{1,255}$/u,
} as const;

/** A piece of a secret this long must not come out, be it in a claim of the token itself. */
const PIECE_LENGTH = 12;

function holdsPiece(value: string, secrets: readonly string[]): boolean {
	for (let at = 0; at + PIECE_LENGTH <= value.length; at += 1) {
		const piece = value.slice(at, at + PIECE_LENGTH);
		if (secrets.some((secret) => secret.includes(piece))) return true;
	}
	return false;
}

/**
 * A claim of an access token that a failure may show; `undefined` for all that has not the form of
 * its kind, or holds a piece of a secret.
 */
export function showClaim(
	value: string,
	kind: keyof typeof SHAPES,
	secrets: readonly string[],
): string | undefined {
	return SHAPES[kind].test(value) && !holdsPiece(value, secrets) ? value : undefined;
}

/** `(it has A, B)`: the first five of a token's permissions, as an insertion with its own space; else nothing. */
export function listNames(names: readonly string[] = [], secrets: readonly string[]): string {
	const known = names.flatMap((name) => showClaim(name, 'name', secrets) ?? []).slice(0, 5);
	return known.length === 0 ? '' : ` (it has ${known.join(', ')})`;
}

/**
 * The service that a token is for, as far as it may be shown, where that is not the expected one;
 * `undefined` where it is, or the token does not say.
 */
export function otherServiceOf(
	audiences: readonly string[] = [],
	{ audiences: own, otherServices, service }: TokenExpectation,
	secrets: readonly string[],
): string | undefined {
	const [first] = audiences;
	if (first === undefined || audiences.some((audience) => own.includes(audience))) return undefined;
	const named = audiences.find((audience) => Object.hasOwn(otherServices, audience));
	return (
		(named === undefined ? undefined : otherServices[named]) ??
		showClaim(first, 'audience', secrets) ??
		`another service than ${service}`
	);
}
