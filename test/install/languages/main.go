// The service of the test around the snippet tokens.go.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		claims, status := user(r)
		if status != 200 {
			http.Error(w, http.StatusText(status), status)
			return
		}
		json.NewEncoder(w).Encode(claims)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
