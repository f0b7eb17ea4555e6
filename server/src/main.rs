//! `kmslab-server`: a lab on a local port.

use clap::{Parser, ValueEnum};
use kmslab::base::{AccountId, Region, Timestamp};
use kmslab::lab::{Auth, Compat, Consistency};
use kmslab_server::{Options, Stop, export_lines, parse_moment, serve_blocking, stop_on_signals};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// AWS KMS, IAM and STS on a local port: real cryptography, every policy enforced, every decision explained.
///
/// Every AWS SDK and the AWS CLI can use it: set AWS_ENDPOINT_URL and the lab's credentials in their environment.
/// Everything is in memory and ends with the server, unless --lab names a file.
#[derive(Debug, Parser)]
#[command(name = "kmslab-server", version, after_help = AFTER)]
struct Cli {
    /// The address to listen on. Anything but loopback lets other machines in, over plain HTTP
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    host: String,

    /// The port to listen on; 0 takes any that is free, and the first line on standard error says which
    #[arg(long, default_value_t = 4566)]
    port: u16,

    /// A host name, besides IP addresses and localhost, that requests may be addressed to. May be repeated
    ///
    /// On loopback all other names are refused, so that no web page can reach the lab by DNS rebinding. On other
    /// addresses this is asked of the endpoints under /_kmslab only.
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,

    /// The administrator's account, 12 digits [default: 111122223333]
    #[arg(long, value_parser = account)]
    account: Option<AccountId>,

    /// The Region that --print-env names; the lab serves them all [default: us-east-1]
    #[arg(long, value_parser = region)]
    region: Option<Region>,

    /// What to do with access keys that the lab does not know [default: strict]
    #[arg(long, value_name = "HOW")]
    auth: Option<Strictness>,

    /// Enforce AWS's request quotas (aws), or set a quota: keys=10, CreateKey=5. May be repeated [default: none]
    #[arg(long, value_name = "HOW", value_parser = quota)]
    quotas: Vec<QuotaOption>,

    /// When new grants and aliases take effect [default: strong]
    #[arg(long, value_name = "WHEN")]
    consistency: Option<When>,

    /// Whose habits beyond AWS's the lab has [default: aws]
    #[arg(long, value_name = "WHOSE")]
    compat: Option<Whose>,

    /// Take all chance from this number: the lab's keys, ids and answers repeat byte for byte
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// Let the lab's clock stand still at this moment: 2026-01-02T03:04:05Z, 2026-01-02, or seconds since 1970
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    now: Option<Timestamp>,

    /// Go on with the lab in this file, and save it there on a graceful stop; made if it is not there
    ///
    /// It holds key material and secret access keys in the clear.
    #[arg(long, value_name = "FILE")]
    lab: Option<PathBuf>,

    /// Print export lines for a shell on standard output, close it, and go on serving
    #[arg(long)]
    print_env: bool,

    /// No request log; warnings are written all the same
    #[arg(long, short)]
    quiet: bool,
}

const AFTER: &str = "\
Use it:
  eval \"$(kmslab-server --print-env &)\"       start it in the background, take over its environment
  aws kms create-key                           … and the AWS CLI, boto3, any SDK, finds it

Beside AWS's operations, for tests in any language (JSON; from this machine only):
  GET  /_kmslab/health                         what runs here
  GET  /_kmslab/clock                          the lab's time
  POST /_kmslab/clock {\"advance_seconds\": 604800}
  POST /_kmslab/errors {\"operation\": \"kms:Decrypt\", \"error\": \"KMSInternalException\", \"times\": 2}
  GET  /_kmslab/trail[?from=N]                 CloudTrail's records
  GET  /_kmslab/explain[/REQUEST-ID]           why that request, or the last one, was allowed or denied

It ends with 0 after Ctrl-C or SIGTERM, when the requests under way are answered and the lab is saved;
with 1 when it cannot start or save, with 2 when the command line is wrong.";

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Strictness {
    /// Refuse them, as AWS does
    Strict,
    /// Take them as the administrator without checking the signature (an access key id of 12 digits: of that
    /// account), for suites with fixed dummy credentials; keys that the lab knows are still enforced
    Lenient,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum When {
    /// At once
    Strong,
    /// Five minutes of the lab's time later, which AWS allows itself; grants at once for who presents the grant token
    Eventual,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Whose {
    /// Nobody's
    Aws,
    /// CreateKey takes the key's id from the tag _custom_id_, its material from _custom_key_material_
    Localstack,
}

#[derive(Debug, Clone)]
enum QuotaOption {
    Enforced(bool),
    Set(String, f64),
}

impl QuotaOption {
    fn set(self) -> Option<(String, f64)> {
        match self {
            Self::Set(name, value) => Some((name, value)),
            Self::Enforced(_) => None,
        }
    }
}

fn quota(text: &str) -> Result<QuotaOption, String> {
    match (text, text.split_once('=')) {
        ("aws", _) => Ok(QuotaOption::Enforced(true)),
        ("none", _) => Ok(QuotaOption::Enforced(false)),
        (_, Some((name, value))) if value.parse::<f64>().is_ok() => {
            Ok(QuotaOption::Set(name.into(), value.parse().unwrap_or_default()))
        }
        _ => Err("none, aws or NAME=NUMBER".into()),
    }
}

fn account(text: &str) -> Result<AccountId, String> {
    text.parse().map_err(|_| "an account has 12 digits".into())
}

fn region(text: &str) -> Result<Region, String> {
    text.parse().map_err(|_| "a Region looks like eu-west-1".into())
}

fn moment(text: &str) -> Result<Timestamp, String> {
    parse_moment(text).ok_or_else(|| "a moment looks like 2026-01-02T03:04:05Z, 2026-01-02 or 1767225600".into())
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let options = Options {
        host: cli.host,
        port: cli.port,
        allowed_hosts: cli.allow_host,
        account: cli.account,
        region: cli.region,
        auth: cli.auth.map(|how| match how {
            Strictness::Strict => Auth::Strict,
            Strictness::Lenient => Auth::Lenient,
        }),
        request_quotas: cli.quotas.iter().rev().find_map(|given| match given {
            QuotaOption::Enforced(enforced) => Some(*enforced),
            QuotaOption::Set(..) => None,
        }),
        quotas: cli.quotas.into_iter().filter_map(QuotaOption::set).collect(),
        consistency: cli.consistency.map(|when| match when {
            When::Strong => Consistency::Strong,
            When::Eventual => Consistency::Eventual,
        }),
        compat: cli.compat.map(|whose| match whose {
            Whose::Aws => Compat::Aws,
            Whose::Localstack => Compat::Localstack,
        }),
        seed: cli.seed,
        now: cli.now,
        file: cli.lab,
        quiet: cli.quiet,
        ..Options::default()
    };
    let stop = Stop::new();
    if let Err(error) = stop_on_signals(&stop) {
        eprintln!("error: cannot handle signals: {error}");
        return ExitCode::FAILURE;
    }
    let ended = serve_blocking(&options, stop, |served| {
        if cli.print_env {
            // Nobody may be listening any more; the server serves all the same.
            let _ = std::io::stdout().write_all(export_lines(&served.environment()).as_bytes());
            let _ = std::io::stdout().flush();
            let_go();
        }
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Closes standard output, so that a shell that waits for its end goes on.
#[cfg(unix)]
fn let_go() {
    if let Ok(nowhere) = std::fs::File::options().write(true).open("/dev/null") {
        let _ = rustix::stdio::dup2_stdout(nowhere);
    }
}

#[cfg(not(unix))]
fn let_go() {}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
