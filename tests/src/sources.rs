//! Rust sources as tokens, for the tests of what must not appear in them.

use std::path::Path;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

use crate::repository::{read, relative, root};

/// One token of a source file, comments, attributes and `#[cfg(test)]` items left out.
#[derive(Clone, Debug)]
pub struct Token {
    /// Its text; a string literal's is its content.
    pub text: String,
    /// What it is.
    pub kind: TokenKind,
    /// The file, from the repository's root.
    pub file: String,
    /// Whether `::` follows.
    pub leads_path: bool,
}

impl Token {
    /// `file:line` of the first line that has the token's text. Tokens know no lines of their own: proc-macro2 counts
    /// them only with a feature that would slow down the generator.
    pub fn place(&self) -> String {
        let text = read(&root().join(&self.file));
        let line = text.lines().position(|line| line.contains(&self.text)).map_or(0, |at| at + 1);
        format!("{}:{line}", self.file)
    }
}

/// Kinds of tokens the tests look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An identifier or keyword.
    Word,
    /// A string literal.
    Text,
}

/// The words and string literals of a file that the product is made of.
pub fn tokens(path: &Path) -> Vec<Token> {
    let file = relative(path);
    let stream: TokenStream = read(path).parse().unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut found = Vec::new();
    collect(stream, &file, &mut found);
    found
}

fn collect(stream: TokenStream, file: &str, found: &mut Vec<Token>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        at += 1;
        match tree {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let mut attribute = trees.get(at);
                let mut width = 1;
                if matches!(attribute, Some(TokenTree::Punct(inner)) if inner.as_char() == '!') {
                    attribute = trees.get(at + 1);
                    width = 2;
                }
                let Some(TokenTree::Group(group)) = attribute else { continue };
                if group.delimiter() != Delimiter::Bracket {
                    continue;
                }
                at += width;
                if group.stream().to_string().replace(' ', "") == "cfg(test)" {
                    at = end_of_item(&trees, at);
                }
            }
            TokenTree::Ident(word) => {
                let leads_path = matches!(
                    (trees.get(at), trees.get(at + 1)),
                    (Some(TokenTree::Punct(first)), Some(TokenTree::Punct(second)))
                        if first.as_char() == ':' && first.spacing() == Spacing::Joint && second.as_char() == ':'
                );
                found.push(Token { text: word.to_string(), kind: TokenKind::Word, file: file.to_string(), leads_path });
            }
            TokenTree::Literal(literal) => {
                let written = literal.to_string();
                let content = written.trim_start_matches(['b', 'c', 'r', '#']).trim_end_matches('#');
                if let Some(text) = content.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
                    found.push(Token {
                        text: text.to_string(),
                        kind: TokenKind::Text,
                        file: file.to_string(),
                        leads_path: false,
                    });
                }
            }
            TokenTree::Group(group) => collect(group.stream(), file, found),
            TokenTree::Punct(_) => {}
        }
    }
}

/// Where the item that starts at `at` is over: after its braces or its semicolon.
fn end_of_item(trees: &[TokenTree], mut at: usize) -> usize {
    while let Some(tree) = trees.get(at) {
        at += 1;
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
            TokenTree::Punct(punct) if punct.as_char() == ';' => break,
            _ => {}
        }
    }
    at
}
