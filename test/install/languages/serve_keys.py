# The service of the test around the snippet redis_keys.py.
from fastapi import Depends, FastAPI, Response
from fastapi.security import HTTPBearer

from redis_keys import status

app = FastAPI()


@app.get("/")
def judge(shown=Depends(HTTPBearer())):
    return Response(status_code=status(shown.credentials))
