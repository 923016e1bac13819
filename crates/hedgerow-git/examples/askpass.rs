//! The askpass side of a program: what `main` does when the variable is set. The tests give it to git.
#![allow(clippy::print_stdout)]

use std::process::ExitCode;

use hedgerow_git::askpass;

fn main() -> ExitCode {
    let Some(socket) = std::env::var_os(askpass::SOCKET_VARIABLE) else { return ExitCode::FAILURE };
    match askpass::answer(socket.as_ref(), &std::env::args().nth(1).unwrap_or_default()) {
        Ok(answer) => {
            println!("{answer}");
            ExitCode::SUCCESS
        }
        Err(_) => ExitCode::FAILURE,
    }
}
