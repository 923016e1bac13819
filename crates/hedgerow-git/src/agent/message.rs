//! The agent's two answers. Pure.

use ssh_key::HashAlg;

use crate::key::HeldKey;

const FAILURE: u8 = 5;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;
/// The flag by which an RSA key is asked for SHA-256. The one for SHA-512 need not be looked at: SHA-1 is no choice.
const RSA_SHA2_256: u32 = 2;

/// The answer to `question`; whatever it holds, there is one.
pub(super) fn answer(question: &[u8], key: &HeldKey) -> Vec<u8> {
    let answer = match question.split_first() {
        Some((&REQUEST_IDENTITIES, [])) => identities(key),
        Some((&SIGN_REQUEST, body)) => sign(body, key),
        _ => None,
    };
    answer.unwrap_or_else(|| vec![FAILURE])
}

fn identities(key: &HeldKey) -> Option<Vec<u8>> {
    let mut answer = vec![IDENTITIES_ANSWER, 0, 0, 0, 1];
    put(&mut answer, &key.blob()?)?;
    put(&mut answer, b"hedgerow")?;
    Some(answer)
}

fn sign(body: &[u8], key: &HeldKey) -> Option<Vec<u8>> {
    let (public, rest) = take(body)?;
    let (data, flags) = take(rest)?;
    let flags = u32::from_be_bytes(flags.try_into().ok()?);
    if public != key.blob()? {
        return None;
    }
    let hash = if flags == RSA_SHA2_256 { HashAlg::Sha256 } else { HashAlg::Sha512 };
    let signed = key.sign(data, hash)?;
    let mut inner = Vec::new();
    put(&mut inner, signed.algorithm.as_bytes())?;
    put(&mut inner, &signed.bytes)?;
    let mut answer = vec![SIGN_RESPONSE];
    put(&mut answer, &inner)?;
    Some(answer)
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    out.extend(u32::try_from(bytes.len()).ok()?.to_be_bytes());
    out.extend(bytes);
    Some(())
}

fn take(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(4)?;
    rest.split_at_checked(u32::from_be_bytes(length.try_into().ok()?) as usize)
}
