//! Connections from the host: accepted, encrypted where it wants that, and counted, since the last one's end is how we
//! learn that the host is gone. Knows sockets and TLS; must not know what is sent.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixListener;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

/// How long a host may take to connect once it knows where; go-plugin gives up after a minute.
const FIRST: Duration = Duration::from_secs(60);

/// How long to wait for the host to come back once it has no connection.
const AGAIN: Duration = Duration::from_secs(2);

/// What bytes go over.
trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

/// One connection, counted until it is dropped.
pub(super) struct Connection {
    transport: Pin<Box<dyn Transport>>,
    _open: Open,
}

/// How many connections are open.
#[derive(Clone, Debug)]
pub(super) struct Connections(watch::Sender<usize>);

/// A connection that is counted.
struct Open(Connections);

impl Connections {
    pub(super) fn new() -> Connections {
        Connections(watch::Sender::new(0))
    }

    /// Accepts for as long as the stream is read.
    pub(super) fn accept(&self, listener: UnixListener, tls: Option<TlsAcceptor>) -> Incoming {
        let (sender, receiver) = mpsc::channel(1);
        let connections = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = sender.closed() => {}
                () = accept(&listener, tls, &connections, &sender) => {}
            }
        });
        ReceiverStream::new(receiver)
    }

    /// Returns when no connection is open.
    pub(super) async fn closed(&self) {
        self.reach(|open| open == 0).await;
    }

    /// Returns when the host never came, or has gone and not come back.
    pub(super) async fn abandoned(&self) {
        if timeout(FIRST, self.reach(|open| open > 0)).await.is_err() {
            return;
        }
        loop {
            self.closed().await;
            sleep(AGAIN).await;
            if *self.0.borrow() == 0 {
                return;
            }
        }
    }

    async fn reach(&self, condition: impl Fn(usize) -> bool) {
        // Fails only when there is no sender any more, and we are one.
        let _ = self.0.subscribe().wait_for(|open| condition(*open)).await;
    }

    fn open(&self) -> Open {
        self.0.send_modify(|open| *open += 1);
        Open(self.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.0.send_modify(|open| *open -= 1);
    }
}

/// The connections as they come.
pub(super) type Incoming = ReceiverStream<io::Result<Connection>>;

async fn accept(
    listener: &UnixListener,
    tls: Option<TlsAcceptor>,
    connections: &Connections,
    sender: &mpsc::Sender<io::Result<Connection>>,
) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Too many open files, say: worth another try, but not at once.
                tracing::error!(%error, "cannot accept a connection");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (tls, open, sender) = (tls.clone(), connections.open(), sender.clone());
        // A client that is slow to greet must not keep others waiting.
        tokio::spawn(async move {
            let transport: Pin<Box<dyn Transport>> = match tls {
                None => Box::pin(stream),
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => Box::pin(stream),
                    Err(error) => return tracing::warn!(%error, "refused a connection"),
                },
            };
            // Nobody reads when the server has ended.
            let _ = sender.send(Ok(Connection { transport, _open: open })).await;
        });
    }
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.transport.as_mut().poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.transport.as_mut().poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.transport.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.transport.as_mut().poll_shutdown(cx)
    }
}
