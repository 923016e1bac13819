//! From a file's bytes to a configuration that makes sense.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Config, ConfigError, CredentialEntry};

/// The largest configuration file, in bytes. A thousand fabrics take a quarter of it.
const MAX_BYTES: u64 = 1024 * 1024;

/// Reads `file`. Paths in it are taken from its own directory.
pub(crate) fn read(file: &Path) -> Result<Config, ConfigError> {
    let fault = |message: String| ConfigError { file: file.to_owned(), place: None, message, hint: None };
    let size = std::fs::metadata(file).map_err(|error| fault(error.to_string()))?.len();
    if size > MAX_BYTES {
        return Err(fault(format!("it has {size} bytes: more than {MAX_BYTES} are not read")));
    }
    let text = std::fs::read_to_string(file).map_err(|error| fault(error.to_string()))?;
    let directory = std::path::absolute(file).ok().and_then(|f| f.parent().map(Path::to_owned)).unwrap_or_default();
    parse(&text, file, &directory)
}

/// The configuration in `text`, whose relative paths are below `directory`.
pub(crate) fn parse(text: &str, file: &Path, directory: &Path) -> Result<Config, ConfigError> {
    let mut config: Config =
        toml::from_str(text).map_err(|error| ConfigError::of_toml(file.to_owned(), text, &error))?;
    make_absolute(&mut config, directory);
    match contradiction(&config) {
        None => Ok(config),
        Some((message, hint)) => {
            let hint = Some(hint.to_owned());
            Err(ConfigError { file: file.to_owned(), place: None, message, hint })
        }
    }
}

fn make_absolute(config: &mut Config, directory: &Path) {
    let service = &mut config.service;
    let of_service = [&mut service.store_file, &mut service.cache, &mut service.sealing_key_file];
    let of_repositories = config.repositories.iter_mut().flat_map(|r| [&mut r.write, &mut r.read]).flatten().flat_map(
        |CredentialEntry { token_file, ssh_key_file, known_hosts_file, github_app_key_file, .. }| {
            [token_file, ssh_key_file, known_hosts_file, github_app_key_file]
        },
    );
    let named = of_service.into_iter().chain(of_repositories).flatten();
    let of_hooks = config.hooks.iter_mut().map(|hook| &mut hook.secret_file);
    for path in named.chain(of_hooks).chain(&mut service.old_sealing_key_files).chain(&mut config.network.roots) {
        *path = from(directory, path);
    }
}

fn from(directory: &Path, path: &Path) -> PathBuf {
    if path.is_absolute() { path.to_owned() } else { directory.join(path) }
}

/// What is wrong, and what to do about it.
type Fault = (String, &'static str);

/// What no single key says: the first contradiction.
fn contradiction(config: &Config) -> Option<Fault> {
    of_service(config)
        .or_else(|| twice("repository", config.repositories.iter().map(|r| r.name.as_str())))
        .or_else(|| twice("fabric", config.fabrics.iter().map(|f| f.name.as_str())))
        .or_else(|| config.repositories.iter().find_map(of_repository))
        .or_else(|| config.fabrics.iter().find_map(|fabric| of_fabric(config, fabric)))
        .or_else(|| twice("hook", config.hooks.iter().map(|hook| hook.name.as_str())))
        .or_else(|| config.hooks.iter().find_map(|hook| of_hook(config, hook)))
}

fn of_service(config: &Config) -> Option<Fault> {
    let service = &config.service;
    if service.store.is_some() && service.store_file.is_some() {
        return Some(("service.store and service.store_file are both given".to_owned(), "keep one"));
    }
    if service.store.as_deref().is_some_and(holds_password) {
        return Some((
            "service.store holds a password".to_owned(),
            "put the whole URL into a file that only the service may read, and name it by store_file",
        ));
    }
    if let Some(url) = service.public_url.as_deref().filter(|u| !u.starts_with("https://") && !u.starts_with("http://"))
    {
        return Some((format!("service.public_url is {url:?}"), "it begins with https:// or http://"));
    }
    let is_page = |url: &str| url.starts_with("https://") && url.contains("{commit}");
    if let Some((host, _)) = service.commit_urls.iter().find(|(_, url)| !is_page(url)) {
        return Some((
            format!("service.commit_urls has no page of a commit for {host:?}"),
            "it begins with https:// and has {commit} in it, and {path} where the repository's path goes",
        ));
    }
    let is_range = |text: &&String| text.parse::<hedgerow_core::address::Network>().is_ok();
    if let Some(text) = config.network.networks.iter().find(|text| !is_range(text)) {
        return Some((format!("network.networks has {text:?}"), "a range is written as 127.0.0.0/8"));
    }
    let runs = &config.runs;
    let numbers = [
        ("at_once", u32::from(runs.at_once)),
        ("pushes_per_minute", u32::from(runs.pushes_per_minute)),
        ("requests_per_minute", runs.requests_per_minute),
        ("breaker", u32::from(runs.breaker)),
    ];
    let none = numbers.into_iter().find(|(_, number)| *number == 0);
    none.map(|(key, _)| (format!("runs.{key} is 0: nothing would ever run"), "use 1 or more")).or_else(|| {
        let key = config.retention.nothing()?;
        Some((format!("retention.{key} is 0: not even the last one would be told of"), "use 1 or more"))
    })
}

/// `postgres://user:password@host/…`, or `…?password=…`
fn holds_password(url: &str) -> bool {
    let authority = url.split_once("://").map_or("", |(_, rest)| rest).split(['/', '?']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    user.contains(':') || url.contains("password=")
}

fn twice<'a>(thing: &str, names: impl Iterator<Item = &'a str>) -> Option<Fault> {
    let mut seen = BTreeSet::new();
    let mut names = names;
    let again = names.find(|name| !seen.insert(*name))?;
    Some((format!("two {thing} entries are named {again}"), "give one of them another name, or take it out"))
}

fn of_repository(repository: &super::RepositoryEntry) -> Option<Fault> {
    let name = &repository.name;
    let authority = repository.url.split_once("://").map_or("", |(_, rest)| rest).split('/').next().unwrap_or_default();
    if authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':')) {
        return Some((
            format!("the URL of repository {name} holds a password"),
            "use [repository.write] with token_file",
        ));
    }
    let uses = [("write", &repository.write), ("read", &repository.read)];
    uses.into_iter().find_map(|(key, credential)| {
        let credential = credential.as_ref()?;
        let fault = |message: &str, hint| Some((format!("repository {name}, {key}: {message}"), hint));
        match credential.kinds().as_slice() {
            [] => fault("no credential is named", ONE_KIND),
            [_] => missing_half(credential).and_then(|message| fault(message, OTHER_HALF)),
            several => fault(&format!("{} are given", several.join(" and ")), ONE_KIND),
        }
    })
}

const ONE_KIND: &str = "give one of token_file, token_env, ssh_key_file, or github_app_id with github_app_key_file";

const OTHER_HALF: &str = "add the other one, or take this one out";

fn missing_half(credential: &CredentialEntry) -> Option<&'static str> {
    let is_app = credential.github_app_id.is_some();
    if is_app != credential.github_app_key_file.is_some() {
        return Some("github_app_id and github_app_key_file go together");
    }
    if credential.known_hosts_file.is_some() && credential.ssh_key_file.is_none() {
        return Some("known_hosts_file goes with ssh_key_file");
    }
    if credential.token_forge.is_some() != credential.token_api.is_some() {
        return Some("token_forge and token_api go together");
    }
    if credential.token_api.is_some() && credential.token_file.is_none() && credential.token_env.is_none() {
        return Some("token_api goes with a token");
    }
    None
}

fn of_fabric(config: &Config, fabric: &super::FabricEntry) -> Option<Fault> {
    if config.repositories.iter().any(|repository| repository.name == fabric.repository) {
        return None;
    }
    let message =
        format!("fabric {} is of repository {}, which this file does not declare", fabric.name, fabric.repository);
    Some((message, "declare it with [[repository]]: what a file owns is whole"))
}

/// The shortest id that an address may end in, in characters: it is to be nobody's guess.
const MIN_HOOK_ID: usize = 16;
/// The longest.
const MAX_HOOK_ID: usize = 64;

fn of_hook(config: &Config, hook: &super::HookEntry) -> Option<Fault> {
    let name = &hook.name;
    let Ok(provider) = hook.provider() else {
        return Some((format!("hook {name} is of no provider: {:?}", hook.provider), PROVIDERS));
    };
    match &hook.repository {
        None if !provider.names_repository() => {
            let why = format!("hook {name}: {provider} names no repository in what it sends");
            return Some((why, "give `repository`"));
        }
        Some(named) if !config.repositories.iter().any(|repository| repository.name == *named) => {
            return Some((
                format!("hook {name} is for the repository {named}, which this file does not declare"),
                "add a [[repository]] of that name",
            ));
        }
        _ => {}
    }
    let is_id = |id: &str| {
        (MIN_HOOK_ID..=MAX_HOOK_ID).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    hook.id.as_deref().filter(|id| !is_id(id)).map(|_| (format!("the id of hook {name} cannot be used"), HOOK_ID))
}

const PROVIDERS: &str = "use github, gitlab, gitea, netbox or generic";
const HOOK_ID: &str = "16 to 64 letters, digits, - and _, at random: openssl rand -hex 16";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{DigestOf, Period};

    fn parsed(text: &str) -> Result<Config, String> {
        parse(text, Path::new("hedgerow.toml"), Path::new("/etc/hedgerow")).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn refused(text: &str, words: &[&str]) {
        let error = parsed(text).unwrap_err();
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
    }

    #[test]
    fn an_empty_file_means_the_defaults() {
        assert_eq!(parsed(""), Ok(Config::default()));
    }

    #[test]
    fn a_forges_page_is_https_and_names_the_commit() {
        let of = |url: &str| format!("[service.commit_urls]\n\"git.example\" = \"{url}\"\n");
        assert!(parsed(&of("https://code.example/{path}/commit/{commit}")).is_ok());
        for bad in ["http://code.example/{commit}", "javascript:alert('{commit}')", "https://code.example/{path}"] {
            refused(&of(bad), &["commit_urls", "git.example", "https://"]);
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place_and_the_nearest_known_one() {
        refused(
            "[runs]\ninterval = \"1m\"\ndeadlin = \"1s\"\n",
            &["hedgerow.toml:3:1", "unknown key deadlin", "did you mean deadline?"],
        );
        refused("[[fabrics]]\n", &["unknown key fabrics", "did you mean fabric?"]);
        refused("[log]\nwhatever = 1\n", &["unknown key whatever", "known here: level, format"]);
    }

    #[test]
    fn no_message_shows_a_line_of_the_file() {
        for text in ["token = \"canary\"\n", "[service]\nlisten = \"canary", "[service]\nlisten = 1 # canary\n"] {
            let error = parsed(text).unwrap_err();
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn a_secret_in_the_file_is_refused_and_not_repeated() {
        for text in [
            "[service]\nstore = \"postgres://me:canary@db/h\"\n",
            "[service]\nstore = \"postgres://me@db/h?password=canary\"\n",
            "[[repository]]\nname = \"a\"\nurl = \"https://me:canary@host/x\"\n",
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.contains("password") && !error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn relative_paths_are_below_the_files_directory() {
        let config = parsed("[service]\nsealing_key_file = \"key\"\ncache = \"/var/cache/h\"\n").unwrap();
        assert_eq!(config.service.sealing_key_file.as_deref(), Some(Path::new("/etc/hedgerow/key")));
        assert_eq!(config.service.cache.as_deref(), Some(Path::new("/var/cache/h")));
    }

    const REPOSITORY: &str = "[[repository]]\nname = \"a\"\nurl = \"https://host/a\"\n";

    #[test]
    fn a_fabric_says_whether_it_adopts() {
        let fabric = "[[fabric]]\nname = \"one\"\nrepository = \"a\"\nbranch = \"main\"\ndirectory = \"d\"\n";
        refused(&format!("{REPOSITORY}{fabric}"), &["missing field `adopt`"]);
        refused(&format!("{fabric}adopt = false\n"), &["does not declare"]);
        assert_eq!(parsed(&format!("{REPOSITORY}{fabric}adopt = false\n")).unwrap().fabrics.len(), 1);
    }

    #[test]
    fn a_credential_is_of_exactly_one_kind() {
        let write = |keys: &str| format!("{REPOSITORY}[repository.write]\n{keys}\n");
        refused(&write("username = \"x\""), &["no credential is named"]);
        refused(&write("token_file = \"t\"\nssh_key_file = \"k\""), &["token_file and ssh_key_file"]);
        refused(&write("github_app_id = 1"), &["go together"]);
        assert!(parsed(&write("token_file = \"t\"")).is_ok());
    }

    #[test]
    fn the_digest_is_of_what_is_declared_and_of_nothing_else() {
        let plain = parsed(REPOSITORY).unwrap();
        let other = parsed(&format!("# A word.\n[log]\nlevel = \"debug\"\n{REPOSITORY}")).unwrap();
        assert_eq!(plain.digest(), other.digest());
        assert_ne!(plain.digest(), parsed("").unwrap().digest());
        assert_eq!(other.runs.interval, Period(std::time::Duration::from_secs(300)));
    }
}
