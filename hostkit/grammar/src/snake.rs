//! A type's name goes in, the same in snake_case comes out.

/// `HttpServer` becomes `http_server`, `HTTPServer` too.
///
/// ```
/// assert_eq!(hostkit_grammar::snake_case("HttpServer2"), "http_server2");
/// ```
pub fn snake_case(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (index, &current) in characters.iter().enumerate() {
        let before = index.checked_sub(1).map(|i| characters[i]);
        let after = characters.get(index + 1);
        // A word begins at a capital after a small letter or digit, and at the last capital of a run of them.
        let begins = current.is_uppercase()
            && before.is_some_and(|before| {
                before != '_' && (!before.is_uppercase() || after.is_some_and(|after| after.is_lowercase()))
            });
        if begins {
            snake.push('_');
        }
        snake.extend(current.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn words_are_told_apart() {
        for (name, snake) in [
            ("Pump", "pump"),
            ("MailPump", "mail_pump"),
            ("HTTPServer", "http_server"),
            ("ServerHTTP", "server_http"),
            ("Utf8Reader", "utf8_reader"),
            ("A", "a"),
            ("already_snake", "already_snake"),
            ("Odd_Name", "odd_name"),
            ("", ""),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }
}
