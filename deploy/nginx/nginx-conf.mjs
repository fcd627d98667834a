// What nginx is told. Orders go out once, and no secret gets into a log or onto a disk.

/** A gateway of this machine, as nginx names it. */
export const here = (port) => `127.0.0.1:${port}`;

/**
 * The gateways, in a file of its own that a rolling restart rewrites.
 * @param servers the gateways, each as host:port
 * @param down those of them that get nothing new
 */
export const upstreamConf = (servers, down = []) => `# Written by deploy.mjs.
upstream kunji {
  # All workers know alike which gateway has failed.
  zone kunji 64k;
${servers.map((server) => `  server ${server} max_fails=1 fail_timeout=2s${down.includes(server) ? " down" : ""};`).join("\n")}
  keepalive 32;
  # Shorter than a gateway's own 72 s: a connection is never used just as it is closed.
  keepalive_timeout 55s;
}
`;

const tls = ({ certificate, certificateKey }) =>
  certificate === undefined
    ? `  # With a certificate:
  # listen 443 ssl http2;
  # ssl_certificate /etc/kunji/tls/fullchain.pem;
  # ssl_certificate_key /etc/kunji/tls/privkey.pem;
  # ssl_protocols TLSv1.2 TLSv1.3;
  # ssl_session_tickets off;`
    : `  ssl_certificate ${certificate};
  ssl_certificate_key ${certificateKey};
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_tickets off;`;

/**
 * What belongs into nginx's \`http\`.
 * @param listen such as \`443 ssl http2\`, or an address and a port
 * @param upstream path of the file with the gateways
 * @param log path of the access log
 */
export const siteConf = ({
  listen,
  serverName,
  upstream,
  log,
  errorLog,
  certificate,
  certificateKey,
}) => `# Written by deploy.mjs.
include ${upstream};

# A link to log in is a secret, and so is what follows a question mark.
map $uri $kunji_path {
  default $uri;
  ~^/connect/ /connect/-;
}
log_format kunji '$time_iso8601 $remote_addr $request_method $kunji_path $status $request_time $upstream_addr $sent_http_x_request_id';

server {
  listen ${listen};
  server_name ${serverName};
${tls({ certificate, certificateKey })}

  access_log ${log} kunji;
  # Below this level, nginx writes the whole address of a request that has failed.
  error_log ${errorLog} crit;
  server_tokens off;

  # A gateway takes 30 s at most for a call, and says so itself.
  proxy_connect_timeout 2s;
  proxy_read_timeout 45s;
  proxy_send_timeout 45s;
  client_header_timeout 15s;
  client_body_timeout 30s;
  keepalive_timeout 30s;

  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  # What a caller says of itself is not passed on. The gateways believe this one alone: KUNJI_TRUSTED_PROXIES
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Forwarded-Host "";
  proxy_set_header Forwarded "";

  # Bodies and answers hold secrets: they stay in memory.
  client_max_body_size 128k;
  client_body_buffer_size 128k;
  proxy_max_temp_file_size 0;

  # Another gateway is asked where one can't be reached, but never again for a POST that has gone out.
  location / {
    proxy_next_upstream error timeout;
    proxy_next_upstream_tries 3;
    proxy_next_upstream_timeout 5s;
    proxy_pass http://kunji;
  }

  # What may be an order goes to one gateway, once, whatever comes of it. It streams both ways; the gateway takes 10 MiB and
  # refuses more by itself.
  location ~ ^/v1/connections/[^/]+/proxy(?:/|$) {
    proxy_next_upstream off;
    proxy_request_buffering off;
    proxy_buffering off;
    client_max_body_size 11m;
    proxy_pass http://kunji;
  }
}
`;

/** A whole configuration for an nginx of its own, with everything under a folder. */
export const ownConf = (folder, site) => `# Written by deploy.mjs.
worker_processes 2;
pid ${folder}/run/nginx.pid;
# Old workers have so long for what they have begun.
worker_shutdown_timeout 45s;
error_log ${folder}/log/nginx.log crit;
events { worker_connections 1024; }
http {
  client_body_temp_path ${folder}/nginx/tmp-body;
  proxy_temp_path ${folder}/nginx/tmp-proxy;
  fastcgi_temp_path ${folder}/nginx/tmp-fastcgi;
  uwsgi_temp_path ${folder}/nginx/tmp-uwsgi;
  scgi_temp_path ${folder}/nginx/tmp-scgi;
  access_log off;
  include ${site};
}
`;
