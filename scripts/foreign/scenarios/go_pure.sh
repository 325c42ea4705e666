# A Go program: built once in a cache of Go's, then run.
export GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS=-buildvcs=false
go build -o client "$(dirname "$0")/go_pure/main.go" && exec ./client
